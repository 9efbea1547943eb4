/* An application that draws the elements of documents itself. */
#include <Python.h>
#include <stdio.h>
#include <string.h>

#include "lichtfeld_plugins.h"

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

/* Shows what is new in a document since the version `known`; returns its version. */
static uint64_t show(const lfp_document *document, uint64_t known)
{
    if (document->version == known)
        return known;
    if (!document->base || document->base != known) { /* all of it is new */
        for (size_t i = 0; i < document->node_count; i++) {
            const lfp_node *node = lfp_node_at(document, i);
            printf("%*s", 2 * (int)node->depth, "");
            if (node->tag.length)
                printf("<%s id='%s' class='%s'>\n", node->tag.data, node->id.data, node->classes.data);
            else
                printf("%s\n", node->text.data);
        }
    } else {
        printf("%zu changed, %zu removed\n", document->changed_count, document->removed_count);
    }
    for (size_t i = 0; i < document->effect_count; i++)
        if (lfp_effect_at(document, i)->kind == LFP_EFFECT_KIND_FOCUS)
            printf("focus on %s\n", lfp_effect_at(document, i)->node ? "an element" : "nothing");
    return document->version;
}

static uint64_t find(const lfp_document *document, const char *id)
{
    for (size_t i = 0; i < document->node_count; i++)
        if (strcmp(lfp_node_at(document, i)->id.data, id) == 0)
            return lfp_node_at(document, i)->node;
    return 0;
}

static const char *property(const lfp_document *document, const char *id, const char *name)
{
    for (size_t i = 0; i < document->node_count; i++) {
        const lfp_node *node = lfp_node_at(document, i);
        for (size_t p = 0; strcmp(node->id.data, id) == 0 && p < node->style_count; p++)
            if (strcmp(node->style[p].name.data, name) == 0)
                return node->style[p].value.data;
    }
    return "";
}

/* A worker may be late: draws until the frame has another version of the document. */
static const lfp_frame *draw(const char *panel, uint64_t known)
{
    const lfp_frame *frame;
    for (int i = 0; i < 1000000; i++) {
        if (failed(lfp_panel_draw(panel, &frame)))
            return NULL;
        const lfp_document *document = lfp_frame_document(frame);
        if (document && document->version != known)
            return frame;
        lfp_frame_release(frame);
    }
    return NULL;
}

static int run(const char *plugin)
{
    lfp_operation *load;
    lfp_progress progress = {.size = sizeof progress};
    if (failed(lfp_start(LFP_ACTION_LOAD, plugin, &load)))
        return 1;
    while (!lfp_operation_poll(load, &progress))
        lfp_operation_wait(load, 16);
    lfp_operation_release(load);

    lfp_surface surface = {.size = sizeof surface, .width = 300, .height = 400};
    surface.document = 9;
    if (!failed(lfp_panel_set_surface("elements", &surface)))
        return 1;
    const lfp_frame *frame;
    if (failed(lfp_panel_draw("elements", &frame)) || lfp_frame_document(frame))
        return 1;
    lfp_frame_release(frame);
    surface.document = LFP_DOCUMENT_FORM_TREE;
    if (failed(lfp_panel_set_surface("elements", &surface)) || !(frame = draw("elements", 0)))
        return 1;
    const lfp_document *document = lfp_frame_document(frame);
    printf("%s: %zu widgets\n", document->title.data, frame->widget_count);
    uint64_t known = show(document, 0), name = find(document, "name"), add = find(document, "add");
    lfp_frame_release(frame);

    lfp_value value = {.size = sizeof value, .kind = LFP_INPUT_KIND_SET_TEXT, .text = "typed"};
    double place[4] = {10, 20, 80, 24};
    lfp_value layout = {.size = sizeof layout, .kind = LFP_INPUT_KIND_LAYOUT, .numbers = place, .count = 4};
    lfp_value click = {.size = sizeof click, .kind = LFP_INPUT_KIND_CLICK};
    lfp_value open = {.size = sizeof open, .kind = LFP_INPUT_KIND_OPEN};
    if (failed(lfp_element_input("elements", name, &layout)) ||
        failed(lfp_element_input("elements", name, &value)) ||
        failed(lfp_element_input("elements", add, &click)) ||
        !failed(lfp_element_input("elements", add, &open)) || !(frame = draw("elements", known)))
        return 1;
    document = lfp_frame_document(frame);
    known = show(document, known);
    for (size_t i = 0; i < document->node_count; i++)
        if (lfp_node_at(document, i)->text.length && strstr(lfp_node_at(document, i)->text.data, "typed"))
            printf("%s\n", lfp_node_at(document, i)->text.data);
    printf("color %s\n", property(document, "add", "color")[0] == '#' ? "known" : "unknown");
    lfp_frame_release(frame);

    surface.theme = LFP_THEME_LIGHT;
    if (failed(lfp_panel_set_surface("elements", &surface)) || !(frame = draw("elements", known)))
        return 1;
    printf("light: %s\n", lfp_frame_document(frame)->base == known ? "changes" : "all new");
    lfp_frame_release(frame);
    return lfp_frame_document(NULL) != NULL;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: elements PLUGINS_DIRECTORY PLUGIN\n");
        return 2;
    }
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
