/* Everything at the border that an ordinary application does not do. Prints nothing if all is well. */
#include <Python.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lichtfeld_plugins.h"

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
            exit(1);                                                                 \
        }                                                                            \
    } while (0)

static PyObject *node_count(PyObject *self, PyObject *nothing)
{
    (void)self, (void)nothing;
    return PyLong_FromLong(3);
}

static PyMethodDef functions[] = {
    {"node_count", node_count, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "lichtfeld", NULL, -1, functions, NULL, NULL, NULL, NULL,
};

static PyObject *make_module(void)
{
    return PyModule_Create(&definition);
}

static void none(lfp_error *error, int line)
{
    if (error) {
        fprintf(stderr, "line %d: %s: %s\n", line, error->code, error->message);
        exit(1);
    }
}

static void is(lfp_error *error, const char *code, const char *part, int line)
{
    if (!error || strcmp(error->code, code) != 0 || !strstr(error->message, part)) {
        fprintf(stderr, "line %d: not %s (%s) but %s: %s\n", line, code, part,
                error ? error->code : "none", error ? error->message : "");
        exit(1);
    }
    lfp_error_release(error);
}

#define NONE(call) none(call, __LINE__)
#define IS(call, code, part) is(call, code, part, __LINE__)

static void python(const char *code)
{
    PyGILState_STATE state = PyGILState_Ensure();
    CHECK(PyRun_SimpleString(code) == 0);
    PyGILState_Release(state);
}

/* The UI thread of this program: work waits until the main thread does it. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static lfp_job *waiting[64];
static size_t posted, done, events, redraws, ended;
static char last_event[64];

static void on_post(void *context, lfp_job *job)
{
    CHECK(context == &posted);
    pthread_mutex_lock(&mutex);
    CHECK(posted - done < 64);
    waiting[posted++ % 64] = job;
    pthread_mutex_unlock(&mutex);
}

static void do_jobs(void)
{
    for (;;) {
        pthread_mutex_lock(&mutex);
        lfp_job *job = done < posted ? waiting[done++ % 64] : NULL;
        pthread_mutex_unlock(&mutex);
        if (!job)
            return;
        lfp_job_run(job);
    }
}

static int ends_on_event;

static void on_event(void *context, const lfp_event *event)
{
    if (ends_on_event && strcmp(event->event, "activated") == 0) {
        ends_on_event = 0;
        lfp_end();
        return;
    }
    CHECK(context == &posted && event->size == sizeof *event);
    CHECK(!PyGILState_Check());
    pthread_mutex_lock(&mutex);
    events++;
    snprintf(last_event, sizeof last_event, "%s %s", event->plugin, event->event);
    pthread_mutex_unlock(&mutex);
}

static pthread_t ui_thread;
static size_t changes;

static uint32_t on_change(void *context, const char *plugin, const char *const *paths, size_t count)
{
    CHECK(context == &posted && pthread_equal(ui_thread, pthread_self()));
    CHECK(strcmp(plugin, "probe") == 0 && count == 1 && strstr(paths[0], "__init__.py"));
    changes++;
    return LFP_ON_CHANGE_RELOAD;
}

static void on_redraw(void *context)
{
    CHECK(context == &posted);
    pthread_mutex_lock(&mutex);
    redraws++;
    pthread_mutex_unlock(&mutex);
}

static void on_end(void *context, lfp_operation *operation)
{
    CHECK(lfp_operation_poll(operation, NULL));
    pthread_mutex_lock(&mutex);
    ++*(size_t *)context;
    pthread_mutex_unlock(&mutex);
}

static size_t count(const size_t *counter)
{
    pthread_mutex_lock(&mutex);
    size_t counted = *counter;
    pthread_mutex_unlock(&mutex);
    return counted;
}

static int happened(const char *event)
{
    pthread_mutex_lock(&mutex);
    int is_last = strcmp(last_event, event) == 0;
    pthread_mutex_unlock(&mutex);
    return is_last;
}

static int compare(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;
    return difference < 0 ? -1 : difference > 0;
}

/* Walks a frame as a front end does, often. Returns the median time of a walk, in microseconds. */
static double walk(const lfp_frame *frame)
{
    enum { TIMES = 2001 };
    static double times[TIMES];
    volatile uint64_t sum = 0;
    for (int time = 0; time < TIMES; time++) {
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        for (size_t i = 0; i < frame->widget_count; i++) {
            const lfp_widget *widget = lfp_widget_at(frame, i);
            sum += widget->id + widget->kind + widget->depth + widget->flags + widget->label.length;
            sum += (unsigned char)widget->label.data[0];
            if (widget->kind == LFP_KIND_NUMBER)
                sum += (uint64_t)widget->content.number.numbers[0];
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        times[time] = (double)(end.tv_sec - begin.tv_sec) * 1e6 + (double)(end.tv_nsec - begin.tv_nsec) / 1e3;
    }
    qsort(times, TIMES, sizeof *times, compare);
    return times[TIMES / 2];
}

static const lfp_widget *labelled(const lfp_frame *frame, const char *label)
{
    for (size_t i = 0; i < frame->widget_count; i++)
        if (strcmp(lfp_widget_at(frame, i)->label.data, label) == 0)
            return lfp_widget_at(frame, i);
    return NULL;
}

static lfp_vec2 measure(void *context, const char *text, size_t length, float font_size)
{
    CHECK(context && strlen(text) == length && font_size == 0 && !PyGILState_Check());
    return (lfp_vec2){.x = 11.0f * (float)length, .y = 21.0f};
}

static void arguments(void)
{
    lfp_value value = {.size = sizeof value, .kind = 99};
    lfp_operation *operation = (lfp_operation *)&value;
    const lfp_frame *frame = (const lfp_frame *)&value;
    IS(lfp_run(99, "x"), "LR127", "99 is not an lfp_action");
    IS(lfp_run(LFP_ACTION_LOAD, NULL), "LR127", "subject is null");
    IS(lfp_run(LFP_ACTION_LOAD, "\xff"), "LR127", "not UTF-8");
    IS(lfp_run(LFP_ACTION_LOAD, "prob"), "LR001", "did you mean 'probe'?");
    IS(lfp_start(99, "x", &operation), "LR127", "99");
    CHECK(!operation);
    IS(lfp_panel_draw("no", &frame), "LR130", "'no'");
    CHECK(!frame);
    IS(lfp_panel_draw("probe.panel", NULL), "LR127", "frame is null");
    IS(lfp_input("probe.panel", 1, &value), "LR127", "99");
    value.size = 8;
    IS(lfp_input("probe.panel", 1, &value), "LR127", "value.size is 8");
    IS(lfp_input("probe.panel", 1, NULL), "LR127", "value is null");
    value.size = sizeof value;
    value.kind = LFP_INPUT_KIND_SET_NUMBERS;
    IS(lfp_input("probe.panel", 1, &value), "LR127", "value.numbers");
    value.kind = LFP_INPUT_KIND_CLICK;
    value.button = 7;
    IS(lfp_input("probe.panel", 1, &value), "LR127", "value.button is 7");
    lfp_surface surface = {.size = 4};
    IS(lfp_panel_set_surface("probe.panel", &surface), "LR127", "surface.size is 4");
    CHECK(lfp_plugin_state("no") == LFP_STATE_UNKNOWN);
    CHECK(lfp_plugin_state(NULL) == LFP_STATE_UNKNOWN);
    lfp_error_release(NULL);
    lfp_frame_release(lfp_frame_retain(NULL));
    lfp_operation_release(lfp_operation_retain(NULL));
    lfp_panel_list_release(NULL);
    lfp_plugin_list_release(NULL);
    lfp_job_run(NULL);
}

static void lists(void)
{
    const lfp_plugin_list *list;
    NONE(lfp_plugins(&list));
    if (list->count != 5)
        for (size_t i = 0; i < list->count; i++)
            fprintf(stderr, "%s\n", lfp_plugin_at(list, i)->name);
    CHECK(list->size == sizeof *list && list->count == 5);
    const lfp_plugin *fails = lfp_plugin_at(list, 1), *probe = lfp_plugin_at(list, 2);
    const lfp_plugin *wrong = lfp_plugin_at(list, 4);
    CHECK(strcmp(fails->name, "fails") == 0 && fails->state == LFP_STATE_ERROR && !fails->rejected);
    CHECK(fails->error->code[0] == 'L' && fails->error->line == 2);
    CHECK(strstr(fails->error->file, "__init__.py") && strstr(fails->error->traceback, "missing"));
    CHECK(strcmp(probe->name, "probe") == 0 && probe->state == LFP_STATE_ACTIVE && !probe->error);
    CHECK(strcmp(probe->version, "1.0.0") == 0 && probe->place == LFP_PLACE_SHARED);
    CHECK(strcmp(wrong->name, "wrong") == 0 && wrong->rejected && wrong->state == LFP_STATE_ERROR);
    CHECK(wrong->error->line > 0 && wrong->error->hint[0]);
    lfp_plugin_list_release(list);
}

/* Waits for an operation, and does the work of the UI thread meanwhile. */
static void finish(lfp_operation *operation)
{
    while (!lfp_operation_wait(operation, 5))
        do_jobs();
    do_jobs();
}

static const lfp_frame *use(void)
{
    lfp_operation *operation;
    NONE(lfp_start(LFP_ACTION_LOAD, "fails", &operation));
    lfp_operation_on_end(operation, on_end, &ended);
    finish(operation);
    lfp_operation_on_end(operation, on_end, &ended);
    /* The first one is called on the thread of the operation, which may have just ended. */
    for (int tries = 0; count(&ended) < 2 && tries < 6000; tries++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    CHECK(count(&ended) == 2);
    const lfp_error *error = lfp_operation_error(operation);
    CHECK(error && error->line == 2 && strstr(error->message, "missing"));
    lfp_operation_release(operation);

    NONE(lfp_start(LFP_ACTION_LOAD, "probe", &operation));
    finish(operation);
    lfp_progress progress = {.size = sizeof progress};
    CHECK(lfp_operation_poll(operation, &progress));
    error = lfp_operation_error(operation);
    if (error)
        fprintf(stderr, "%s: %s\n%s", error->code, error->message, error->traceback);
    CHECK(!error && !progress.failed && progress.step == 5);
    CHECK(strcmp(progress.plugin, "probe") == 0);
    /* A program that was compiled with an older header has a shorter struct. */
    lfp_progress shorter = {.size = offsetof(lfp_progress, detail), .detail = "untouched"};
    CHECK(lfp_operation_poll(operation, &shorter));
    CHECK(strcmp(shorter.plugin, "probe") == 0 && strcmp(shorter.detail, "untouched") == 0);
    lfp_operation_release(operation);
    CHECK(events > 0 && strcmp(last_event, "probe activated") == 0);
    CHECK(posted == done && posted > 0);
    python("import lichtfeld, probe; assert probe.ui_thread == probe.threading.main_thread()");
    python("import lichtfeld; lichtfeld.ui.request_redraw()");
    CHECK(redraws > 0);

    lists();
    arguments();
    const lfp_panel_list *panels;
    NONE(lfp_panels(LFP_PANEL_KIND_PANEL, &panels));
    CHECK(panels->count == 1);
    const char *id = lfp_panel_at(panels, 0)->id;
    CHECK(strcmp(id, "probe.panel") == 0);
    CHECK(strcmp(lfp_panel_at(panels, 0)->space, "SIDE_PANEL") == 0);
    CHECK(strcmp(lfp_panel_at(panels, 0)->plugin, "probe") == 0);
    bool shown = false;
    NONE(lfp_panel_poll(id, &shown));
    CHECK(shown);
    lfp_surface surface = {.size = offsetof(lfp_surface, measure), .width = 250, .height = 100};
    NONE(lfp_panel_set_surface(id, &surface)); /* Of a program from before it had metrics. */
    surface.size = sizeof surface;
    surface.measure = measure;
    surface.measure_context = &surface;
    NONE(lfp_panel_set_surface(id, &surface));
    const lfp_frame *frame, *same;
    NONE(lfp_panel_last(id, &frame));
    CHECK(!frame);
    NONE(lfp_panel_draw(id, &frame));
    CHECK(frame->size == sizeof *frame && !frame->failed && frame->widget_count >= 100);
    CHECK(strcmp(lfp_widget_at(frame, 0)->content.text.text.data, "3 nodes, 250 wide") == 0);

    const lfp_widget *radius = labelled(frame, "Radius");
    CHECK(radius && radius->kind == LFP_KIND_NUMBER);
    CHECK(radius->content.number.kind == LFP_VALUE_KIND_NUMBER);
    CHECK(radius->content.number.numbers[0] == 0.5 && radius->content.number.max == 1.0);
    CHECK(radius->content.number.form == LFP_NUMBER_FORM_SLIDER);
    const lfp_widget *mode = labelled(frame, "Mode");
    CHECK(mode && mode->kind == LFP_KIND_CHOICE && mode->content.choice.count == 2);
    CHECK(strcmp(mode->content.choice.items[1].data, "slow") == 0);
    lfp_value value = {.size = sizeof value, .kind = LFP_INPUT_KIND_EDIT, .flag = 1};
    NONE(lfp_input(id, radius->id, &value));
    value = (lfp_value){.size = sizeof value, .kind = LFP_INPUT_KIND_SET_NUMBER, .number = 0.25};
    NONE(lfp_input(id, radius->id, &value));
    /* The whole of an edit; the struct of a program from before there were drags. */
    CHECK(radius->flags & LFP_WANTS_EDIT && !(radius->flags & LFP_EDITING));
    value = (lfp_value){.size = offsetof(lfp_value, x), .kind = LFP_INPUT_KIND_EDIT};
    NONE(lfp_input(id, radius->id, &value));
    CHECK(frame->wants_drag && frame->wants_wheel && !frame->wants_double_click);
    value = (lfp_value){.size = sizeof value, .kind = LFP_INPUT_KIND_DRAG, .x = 3, .start_x = 1};
    NONE(lfp_input(id, 0, &value));
    value = (lfp_value){.size = sizeof value, .kind = LFP_INPUT_KIND_WHEEL, .y = 2.5f};
    NONE(lfp_input(id, 0, &value));
    value = (lfp_value){.size = sizeof value, .kind = LFP_INPUT_KIND_SET_TEXT, .text = "slow"};
    NONE(lfp_input(id, mode->id, &value));
    value = (lfp_value){.size = sizeof value, .kind = LFP_INPUT_KIND_SET_BOOL, .flag = 1};
    NONE(lfp_input(id, labelled(frame, "Fine")->id, &value));
    value = (lfp_value){.size = sizeof value, .kind = LFP_INPUT_KIND_SET_TEXT, .text = "wide"};
    NONE(lfp_input(id, radius->id, &value)); /* A number takes no text. */
    NONE(lfp_panels_due(LFP_PANEL_KIND_PANEL, &panels + 0));
    CHECK(panels->count == 1);
    CHECK(lfp_next_due(LFP_PANEL_KIND_PANEL) == 0);
    CHECK(lfp_next_due(LFP_PANEL_KIND_MENU) == UINT32_MAX);
    NONE(lfp_panel_draw(id, &same));
    CHECK(same->dropped_count == 1 && lfp_dropped_at(same, 0)->widget == radius->id);
    CHECK(labelled(same, "Radius")->content.number.numbers[0] == 0.25);
    CHECK(labelled(same, "Mode")->content.choice.value == 1);
    const lfp_widget *last = lfp_widget_at(same, same->widget_count - 1);
    CHECK(strcmp(last->content.text.text.data, "1 edited, moved by 2, wheel 2.5") == 0);
    const lfp_widget *measured = lfp_widget_at(same, same->widget_count - 2);
    CHECK(strcmp(measured->content.text.text.data, "(33.0, 42.0)") == 0);
    CHECK(measured->style_count == 2 && last->style_count == 0 && last->icon.length == 0);
    CHECK(strcmp(measured->styles[0].name.data, "Text") == 0);
    CHECK(measured->styles[0].kind == LFP_STYLE_KIND_COLOR && measured->styles[0].color.g == 0);
    CHECK(measured->styles[1].kind == LFP_STYLE_KIND_SIZE && measured->styles[1].values.y == 4);
    CHECK(labelled(same, "Fine")->content.checkbox.value);
    CHECK(labelled(frame, "Radius")->content.number.numbers[0] == 0.5);
    lfp_frame_release(same);
    lfp_panel_list_release(panels);
    double time = walk(frame);
    printf("a walk over %zu widgets: %.2f us\n", frame->widget_count, time);

    NONE(lfp_watch(true));
    python("import probe; file = open(probe.__file__, 'a'); file.write('# saved'); file.close()");
    for (int tries = 0; !happened("probe reloaded") && tries < 12000; tries++) {
        do_jobs();
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    CHECK(changes == 1 && happened("probe reloaded"));
    NONE(lfp_watch(false));
    NONE(lfp_run(LFP_ACTION_RELOAD, "probe"));
    NONE(lfp_panel_draw("probe.panel", &same));
    lfp_frame_release(same);
    NONE(lfp_run(LFP_ACTION_DISABLE, "probe"));
    CHECK(lfp_plugin_state("probe") == LFP_STATE_DISABLED);
    IS(lfp_panel_draw("probe.panel", &same), "LR130", "probe.panel");
    NONE(lfp_run(LFP_ACTION_ENABLE, "probe"));
    NONE(lfp_run(LFP_ACTION_LOAD, "probe"));
    return frame;
}

/* A plugin in a process of its own reaches the application's module, whatever that is called. */
static void remote(const char *expected)
{
    const lfp_frame *frame;
    const lfp_panel_list *menus;
    NONE(lfp_run(LFP_ACTION_LOAD, "remote"));
    NONE(lfp_panel_draw("remote.panel", &frame));
    if (strcmp(lfp_widget_at(frame, 0)->content.text.text.data, expected) != 0)
        fprintf(stderr, "%s\n", lfp_widget_at(frame, 0)->content.text.text.data);
    CHECK(strcmp(lfp_widget_at(frame, 0)->content.text.text.data, expected) == 0);
    lfp_frame_release(frame);
    NONE(lfp_panels(LFP_PANEL_KIND_MENU, &menus));
    CHECK(menus->count == 1 && strcmp(lfp_panel_at(menus, 0)->space, "MENU_BAR") == 0);
    NONE(lfp_panel_draw(lfp_panel_at(menus, 0)->id, &frame));
    CHECK(frame->widget_count == 1 && lfp_widget_at(frame, 0)->kind == LFP_KIND_MENU_ITEM);
    lfp_frame_release(frame);
    lfp_panel_list_release(menus);
}

static void install(const char *directory)
{
    lfp_operation *operation;
    lfp_progress progress = {.size = sizeof progress};
    NONE(lfp_start(LFP_ACTION_INSTALL, directory, &operation));
    finish(operation);
    lfp_operation_poll(operation, &progress);
    const lfp_error *error = lfp_operation_error(operation);
    if (error)
        fprintf(stderr, "%s: %s\n", error->code, error->message);
    CHECK(!error && strcmp(progress.plugin, "installed") == 0);
    CHECK(lfp_plugin_state("installed") == LFP_STATE_ACTIVE);
    lfp_operation_release(operation);
}

/* Starts a load that does not end by itself, and returns when the plugin's code runs. */
static lfp_operation *endless(void)
{
    lfp_operation *operation;
    lfp_progress progress = {.size = sizeof progress};
    NONE(lfp_start(LFP_ACTION_LOAD, "endless", &operation));
    do {
        CHECK(!lfp_operation_wait(operation, 5));
        lfp_operation_poll(operation, &progress);
    } while (progress.step < 3);
    return operation;
}

static void after_end(const lfp_frame *frame)
{
    const lfp_plugin_list *plugins;
    const lfp_frame *none;
    size_t before = events;
    IS(lfp_run(LFP_ACTION_LOAD, "probe"), "LR124", "no plugin manager");
    IS(lfp_plugins(&plugins), "LR124", "");
    IS(lfp_panel_draw("probe.panel", &none), "LR124", "");
    CHECK(lfp_plugin_state("probe") == LFP_STATE_UNKNOWN);
    CHECK(lfp_next_due(LFP_PANEL_KIND_PANEL) == UINT32_MAX);
    CHECK(labelled(frame, "Radius")->content.number.numbers[0] == 0.5);
    CHECK(events == before);
    lfp_end();
}

int main(int argc, char **argv)
{
    CHECK(argc == 4);
    const char *mode = argv[2];
    lfp_host host = {
        .size = sizeof host, .context = &posted, .version = "2.1.0", .plugins_directory = argv[1],
        .post = on_post, .event = on_event, .redraw = on_redraw, .change = on_change,
    };
    ui_thread = pthread_self();
    IS(lfp_attach(NULL, NULL), "LR127", "host is null");
    IS(lfp_attach(&host, NULL), "LR128", "no interpreter runs");
    lfp_end();
    CHECK(lfp_plugin_state("probe") == LFP_STATE_UNKNOWN);
    PyImport_AppendInittab("lichtfeld", make_module);
    Py_Initialize();
    PyObject *module = NULL;
    if (strcmp(mode, "after") == 0)
        python("import lichtfeld\n"
               "import types, sys\n"
               "lichtfeld.ui = types.ModuleType('lichtfeld.ui')\n"
               "lichtfeld.ui.title = 'the application'\n"
               "lichtfeld.ui.panels = lambda: 'its own panels'\n"
               "lichtfeld.log = lambda text: 'its own log'\n"
               "lichtfeld.plugins = sys.modules['lichtfeld.plugins'] = types.ModuleType('plugins')\n"
               "lichtfeld.plugins.old = 'an older function'\n"
               "lichtfeld.plugins.load = 'an older function'\n"
               "lichtfeld.__version__ = '9'\n"
               "lichtfeld.__path__ = ['/no/such/directory']\n"
               "package = sys.modules['lfs_plugins'] = types.ModuleType('lfs_plugins')\n"
               "package.__path__ = ['/of/the/application']\n"
               "package.own = sys.modules['lfs_plugins.own'] = types.ModuleType('lfs_plugins.own')\n"
               "sys.modules['lfs_plugins.types'] = types.ModuleType('lfs_plugins.types')\n");
    if (strcmp(mode, "given") == 0) {
        module = PyModule_Create(&definition);
        CHECK(PyModule_AddStringConstant(module, "__name__", "studio_bindings") == 0);
    }
    host.version = "not a version";
    IS(lfp_attach(&host, module), "LR127", "host.version is 'not a version'");
    host.version = "2.1.0";
    const char *directories[] = {argv[3]};
    host.module_directories = directories;
    host.module_directory_count = 1;
    NONE(lfp_attach(&host, module));
    IS(lfp_attach(&host, module), "LR123", "runs already");
    python("import lichtfeld as lf, lfs_plugins, sys\n"
           "assert lf.node_count() == 3\n"
           "assert lf.plugins.host_version() == '2.1.0'\n"
           "assert sys.modules['lichtfeld.plugins'] is lf.plugins\n"
           "from lichtfeld.plugins.testing import PanelProbe\n"
           "from lfs_plugins.types import Panel\n"
           "import lichtfeld.log, lichtfeld.ui\n"
           "assert lf.plugins._PanelSession and lf.register_class is lf.plugins.register_class\n"
           "import lfs_plugins.own_module\n"
           "assert lfs_plugins.own_module.WHOSE == 'the application'\n");
    if (strcmp(mode, "after") == 0)
        python("assert lf.ui.title == 'the application' and lf.ui.panels() == 'its own panels'\n"
               "assert lf.ui.draw_panel and lf.ui.__name__ == 'lichtfeld.ui'\n"
               "assert lf.log('x') == 'its own log' and lf.__version__ == '9'\n"
               "assert lf.plugins.old == 'an older function' and callable(lf.plugins.load)\n"
               "assert lf.__path__[0] == '/no/such/directory'\n"
               "from lfs_plugins import own\n"
               "import lfs_plugins.own\n"
               "assert '/of/the/application' in lfs_plugins.__path__\n");
    else
        python("assert lf.log.info and lf.ui.panels() == [] and lf.__version__ == '2.1.0'");
    if (module)
        python("assert lf.__name__ == 'studio_bindings'");
    PyThreadState *state = PyEval_SaveThread();
    const lfp_frame *frame = use();
    remote(strcmp(mode, "after") == 0 ? "3 nodes of the application" : "3 nodes of nobody");
    char source[1024];
    snprintf(source, sizeof source, "%s/../source", argv[3]);
    install(source);
    lfp_operation *operation = endless();
    PyEval_RestoreThread(state);
    lfp_end(); /* with the GIL */
    CHECK(lfp_operation_poll(operation, NULL) && lfp_operation_error(operation));
    lfp_operation_on_end(operation, on_end, &ended); /* not called any more */
    CHECK(count(&ended) == 2);
    lfp_operation_release(operation);
    after_end(frame);
    NONE(lfp_attach(&host, NULL));
    NONE(lfp_run(LFP_ACTION_LOAD_ALL, NULL));
    /* With the GIL, too. */
    NONE(lfp_run(LFP_ACTION_LOAD, "probe"));
    if (strcmp(mode, "before") == 0) {
        /* The end of the interpreter ends the plugins as well. */
        Py_Finalize();
        after_end(frame);
    } else {
        /* The application may end everything from one of its functions. */
        NONE(lfp_run(LFP_ACTION_UNLOAD, "probe"));
        state = PyEval_SaveThread();
        ends_on_event = 1;
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        NONE(lfp_start(LFP_ACTION_LOAD, "probe", &operation));
        finish(operation);
        clock_gettime(CLOCK_MONOTONIC, &end);
        lfp_operation_release(operation);
        fprintf(stdout, "ended from an event in %ld s\n", (long)(end.tv_sec - begin.tv_sec));
        PyEval_RestoreThread(state);
        after_end(frame);
        Py_Finalize();
    }
    lfp_frame_release(frame);
    return 0;
}
