/* An application with an interpreter and a module `lichtfeld` of its own, which runs a plugin. */
#include <Python.h>
#include <stdio.h>
#include <string.h>

#include "lichtfeld_plugins.h"

/* What the application offers to plugins: lichtfeld.node_count(). */
static PyObject *node_count(PyObject *self, PyObject *nothing)
{
    (void)self, (void)nothing;
    return PyLong_FromLong(3);
}

static PyMethodDef functions[] = {
    {"node_count", node_count, METH_NOARGS, "The number of nodes of the scene."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "lichtfeld", NULL, -1, functions, NULL, NULL, NULL, NULL,
};

static PyObject *make_module(void)
{
    return PyModule_Create(&definition);
}

static void on_log(void *context, const char *plugin, uint32_t level, const char *message)
{
    (void)context;
    if (level >= LFP_LEVEL_WARNING)
        fprintf(stderr, "[%s] %s\n", plugin ? plugin : "plugins", message);
}

static int failed(lfp_error *error)
{
    if (!error)
        return 0;
    fprintf(stderr, "%s: %s\n%s\n", error->code, error->message, error->hint);
    lfp_error_release(error);
    return 1;
}

/* Draws a panel, shows it, and returns the id of its first button. */
static uint64_t draw(const char *panel)
{
    const lfp_frame *frame;
    uint64_t button = 0;
    if (failed(lfp_panel_draw(panel, &frame)))
        return 0;
    printf("%s\n", frame->label.data);
    for (size_t i = 0; i < frame->widget_count; i++) {
        const lfp_widget *widget = lfp_widget_at(frame, i);
        printf("%*s", 2 + 2 * widget->depth, "");
        switch (widget->kind) {
        case LFP_KIND_TEXT:
            printf("%s\n", widget->content.text.text.data);
            break;
        case LFP_KIND_BUTTON:
            printf("[ %s ]\n", widget->label.data);
            button = button ? button : widget->id;
            break;
        default: /* A kind that this application does not draw. */
            printf("(%s)\n", widget->label.data);
        }
    }
    lfp_frame_release(frame);
    return button;
}

static int run(const char *plugin)
{
    lfp_operation *load;
    lfp_progress progress = {.size = sizeof progress};
    if (failed(lfp_start(LFP_ACTION_LOAD, plugin, &load)))
        return 1;
    while (!lfp_operation_poll(load, &progress)) /* once in each turn of the loop that draws */
        lfp_operation_wait(load, 16);
    if (progress.failed) {
        const lfp_error *error = lfp_operation_error(load);
        fprintf(stderr, "%s:%u: %s\n%s\n", error->file, error->line, error->message, error->hint);
    }
    lfp_operation_release(load);
    if (lfp_plugin_state(plugin) != LFP_STATE_ACTIVE)
        return 1;

    const lfp_panel_list *panels;
    if (failed(lfp_panels(LFP_PANEL_KIND_PANEL, &panels)))
        return 1;
    for (size_t i = 0; i < panels->count; i++) {
        const char *panel = lfp_panel_at(panels, i)->id;
        lfp_value click = {.size = sizeof click, .kind = LFP_INPUT_KIND_CLICK};
        uint64_t button = draw(panel);
        if (failed(lfp_input(panel, button, &click)))
            return 1;
        draw(panel);
    }
    lfp_panel_list_release(panels);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: application PLUGINS_DIRECTORY PLUGIN\n");
        return 2;
    }
    if (lfp_abi_version() != LFP_ABI_VERSION)
        return 3;
    PyImport_AppendInittab("lichtfeld", make_module);
    Py_Initialize();
    lfp_host host = {
        .size = sizeof host,
        .version = "2.1.0",
        .plugins_directory = argv[1],
        .log = on_log,
    };
    if (failed(lfp_attach(&host, NULL)))
        return 1;
    /* Plugins run on other threads as well: do not keep the GIL while the application waits. */
    PyThreadState *state = PyEval_SaveThread();
    int status = run(argv[2]);
    lfp_end();
    PyEval_RestoreThread(state);
    Py_Finalize();
    return status;
}
