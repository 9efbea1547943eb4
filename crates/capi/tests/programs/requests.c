/* An application in C that answers what its plugin asks: dialogs, and the theme. */
#include <Python.h>
#include <stdio.h>
#include <string.h>

#include "lichtfeld_plugins.h"

/* A dialog that is open until the next turn of the loop. */
static uint64_t open_dialog;

static int failed(lfp_error *error)
{
    if (!error)
        return 0;
    fprintf(stderr, "%s: %s\n", error->code, error->message);
    lfp_error_release(error);
    return 1;
}

/* Shows what is asked. A native dialog answers before it returns, one of the own loop later. */
static uint32_t on_request(void *context, const lfp_request *request)
{
    (void)context;
    switch (request->kind) {
    case LFP_REQUEST_KIND_OPEN_FOLDER:
        printf("%s: folder: %s, from %s\n", request->plugin, request->title, request->directory);
        return failed(lfp_answer(request->id, "/data")) ? 0 : 1;
    case LFP_REQUEST_KIND_CONFIRM:
        printf("confirm: %s [%s] [%s]\n", request->message, request->buttons[0],
               request->buttons[1]);
        open_dialog = request->id;
        return 1;
    case LFP_REQUEST_KIND_OPEN_FILE:
        printf("file: %s: %s\n", request->filters[0].name, request->filters[0].suffixes[0]);
        return failed(lfp_answer(request->id, NULL)) ? 0 : 1;
    default: /* A kind that this application does not answer. */
        return 0;
    }
}

static void on_withdrawn(void *context, uint64_t id)
{
    (void)context;
    printf("withdrawn: %d\n", id == open_dialog);
}

static void on_log(void *context, const char *plugin, uint32_t level, const char *message)
{
    (void)context, (void)level;
    if (plugin)
        printf("log: %s\n", message);
    fflush(stdout);
}

static int act(const char *action, lfp_action what)
{
    return failed(lfp_run(what, action));
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    Py_Initialize();
    lfp_host host = {
        .size = sizeof host,
        .plugins_directory = argv[1],
        .log = on_log,
        .request = on_request,
        .request_withdrawn = on_withdrawn,
    };
    if (failed(lfp_attach(&host, NULL)))
        return 1;
    PyThreadState *state = PyEval_SaveThread();
    const char *theme = "{\"name\": \"light\", \"palette\": {\"text\": [0, 0, 0]}, \"is_dark\": false}";
    if (failed(lfp_provide_theme(theme)) || act("asks", LFP_ACTION_LOAD))
        return 1;
    failed(lfp_provide_theme("{\"pallete\": {}}"));
    failed(lfp_answer(open_dialog, "Maybe"));
    if (failed(lfp_answer_done(open_dialog, 1)))
        return 1;
    failed(lfp_answer(open_dialog, "Yes"));
    if (act("asks", LFP_ACTION_RELOAD) || act("asks", LFP_ACTION_UNLOAD))
        return 1;
    lfp_end();
    PyEval_RestoreThread(state);
    Py_Finalize();
    return 0;
}
