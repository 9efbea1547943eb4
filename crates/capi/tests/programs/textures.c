/* An application that reads the pixels of textures: those of a version, as long as a frame has them. */
#include <Python.h>
#include <stdio.h>
#include <string.h>

#include "lichtfeld_plugins.h"

static PyMethodDef functions[] = {{NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "lichtfeld", NULL, -1, functions, NULL, NULL, NULL, NULL,
};

static PyObject *make_module(void)
{
    return PyModule_Create(&definition);
}

static int failed(lfp_error *error)
{
    if (!error)
        return 0;
    fprintf(stderr, "%s: %s\n%s\n", error->code, error->message, error->hint);
    lfp_error_release(error);
    return 1;
}

/* Draws until all pictures are of this version: a worker may be late, and the frame before is shown. */
static const lfp_frame *draw(uint32_t version)
{
    for (;;) {
        const lfp_frame *frame;
        size_t found = 0;
        if (failed(lfp_panel_draw("textures.panel", &frame)))
            return NULL;
        for (size_t i = 0; i < lfp_texture_count(frame); i++)
            found += lfp_texture_at(frame, i)->version == version;
        if (found == 2)
            return frame;
        lfp_frame_release(frame);
    }
}

static void print(const char *when, const lfp_frame *frame)
{
    for (size_t i = 0; i < frame->widget_count; i++) {
        const lfp_widget *widget = lfp_widget_at(frame, i);
        if (widget->kind != LFP_KIND_IMAGE)
            continue;
        const lfp_picture *picture = &widget->content.image.picture;
        const lfp_texture *texture = lfp_texture_of(frame, picture->texture);
        if (!texture) {
            printf("%s: %s\n", when, picture->texture >= LFP_FIRST_TEXTURE ? "gone" : "one of the application");
            continue;
        }
        const uint8_t *first = texture->pixels, *last = first + texture->pixel_bytes - 4;
        printf("%s: %u x %u, version %u, format %u: %d %d %d %d to %d %d %d %d\n", when, texture->width,
               texture->height, texture->version, texture->format, first[0], first[1], first[2], first[3],
               last[0], last[1], last[2], last[3]);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    PyImport_AppendInittab("lichtfeld", make_module);
    Py_Initialize();
    lfp_host host = {.size = sizeof host, .version = "2.1.0", .plugins_directory = argv[1]};
    if (failed(lfp_attach(&host, NULL)))
        return 1;
    PyThreadState *state = PyEval_SaveThread();
    lfp_operation *load;
    if (failed(lfp_start(LFP_ACTION_LOAD, "textures", &load)))
        return 1;
    while (!lfp_operation_wait(load, 100))
        ;
    const lfp_error *error = lfp_operation_error(load);
    if (error)
        fprintf(stderr, "%s\n", error->message);
    lfp_operation_release(load);

    const lfp_frame *one = draw(1);
    if (!one)
        return 1;
    print("first", one);
    lfp_value click = {.size = sizeof click, .kind = LFP_INPUT_KIND_CLICK};
    if (failed(lfp_input("textures.panel", lfp_widget_at(one, 0)->id, &click)))
        return 1;
    const lfp_frame *two = draw(2);
    print("second", two);
    print("the first after it", one);
    lfp_frame_release(one);
    lfp_end();
    print("after the end", two);
    lfp_frame_release(two);
    PyEval_RestoreThread(state);
    Py_Finalize();
    return 0;
}
