// The plugin system for C++ applications: what lichtfeld_plugins.h offers, with owners.
//
// Header-only, C++17. It throws nothing of its own, and compiles with -fno-exceptions: what can fail
// returns an lfp::error, which is true if there is one. An exception of a function of the application
// never reaches the library: it is caught here, and what was asked for is not done.

#ifndef LICHTFELD_PLUGINS_HPP
#define LICHTFELD_PLUGINS_HPP

#include "lichtfeld_plugins.h"

#include <cstring>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lfp {

// A text of the library. It is valid as long as its owner.
inline std::string_view view(const lfp_text &text) noexcept { return {text.data, text.length}; }

// What a function returns: nothing, or what went wrong.
class [[nodiscard]] error {
public:
    error() noexcept = default;
    explicit error(lfp_error *owned) noexcept : owned_(owned) {}

    explicit operator bool() const noexcept { return owned_ != nullptr; }
    // The stable code, such as LR001.
    std::string_view code() const noexcept { return owned_ ? owned_->code : ""; }
    std::string_view message() const noexcept { return owned_ ? owned_->message : ""; }
    std::string_view hint() const noexcept { return owned_ ? owned_->hint : ""; }
    const lfp_error *get() const noexcept { return owned_.get(); }

private:
    struct release {
        void operator()(lfp_error *error) const noexcept { lfp_error_release(error); }
    };
    std::unique_ptr<lfp_error, release> owned_;
};

// Walks items of which a newer library may have longer ones than this header.
template <typename Item>
class iterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item *;
    using reference = const Item &;

    iterator() noexcept = default;
    iterator(const void *at, std::size_t step) noexcept
        : at_(static_cast<const char *>(at)), step_(step) {}

    reference operator*() const noexcept { return *reinterpret_cast<pointer>(at_); }
    pointer operator->() const noexcept { return reinterpret_cast<pointer>(at_); }
    iterator &operator++() noexcept {
        at_ += step_;
        return *this;
    }
    iterator operator++(int) noexcept {
        iterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const iterator &other) const noexcept { return at_ == other.at_; }
    bool operator!=(const iterator &other) const noexcept { return at_ != other.at_; }

private:
    const char *at_ = nullptr;
    std::size_t step_ = 0;
};

// An owner of a list: for (const lfp_panel &panel : panels).
template <typename List, typename Item, void (*Release)(const List *)>
class list {
public:
    std::size_t size() const noexcept { return owned_ ? owned_->count : 0; }
    bool empty() const noexcept { return size() == 0; }
    iterator<Item> begin() const noexcept { return at(0); }
    iterator<Item> end() const noexcept { return at(size()); }
    const Item &operator[](std::size_t index) const noexcept { return *at(index); }
    // For functions of C that give a list. What was in it is released.
    const List **out() noexcept {
        owned_.reset();
        return &given_;
    }
    // Takes what a function has given.
    void take() noexcept { owned_.reset(std::exchange(given_, nullptr)); }

private:
    iterator<Item> at(std::size_t index) const noexcept {
        if (!owned_ || !owned_->items)
            return {};
        const char *first = reinterpret_cast<const char *>(owned_->items);
        return {first + index * owned_->item_size, owned_->item_size};
    }
    struct release {
        void operator()(const List *list) const noexcept { Release(list); }
    };
    std::unique_ptr<const List, release> owned_;
    const List *given_ = nullptr;
};

using plugins = list<lfp_plugin_list, lfp_plugin, lfp_plugin_list_release>;
using panels = list<lfp_panel_list, lfp_panel, lfp_panel_list_release>;

// A drawing of a panel. Copies share it; it can be read on any thread.
class frame {
public:
    frame() noexcept = default;
    // Takes over a reference.
    explicit frame(const lfp_frame *owned) noexcept : owned_(owned) {}
    frame(const frame &other) noexcept : owned_(lfp_frame_retain(other.owned_)) {}
    frame(frame &&other) noexcept : owned_(std::exchange(other.owned_, nullptr)) {}
    frame &operator=(frame other) noexcept {
        std::swap(owned_, other.owned_);
        return *this;
    }
    ~frame() { lfp_frame_release(owned_); }

    explicit operator bool() const noexcept { return owned_ != nullptr; }
    const lfp_frame *operator->() const noexcept { return owned_; }
    const lfp_frame *get() const noexcept { return owned_; }
    std::size_t size() const noexcept { return owned_ ? owned_->widget_count : 0; }
    iterator<lfp_widget> begin() const noexcept { return at(0); }
    iterator<lfp_widget> end() const noexcept { return at(size()); }
    const lfp_widget &operator[](std::size_t index) const noexcept { return *at(index); }
    // The first widget with this label, or null.
    const lfp_widget *labelled(std::string_view label) const noexcept {
        for (const lfp_widget &widget : *this)
            if (view(widget.label) == label)
                return &widget;
        return nullptr;
    }
    // The textures that the widgets show. Their pixels stay as long as this frame.
    iterator<lfp_texture> textures_begin() const noexcept { return texture_at(0); }
    iterator<lfp_texture> textures_end() const noexcept {
        return texture_at(owned_ ? lfp_texture_count(owned_) : 0);
    }
    // The texture of a picture, or null: see `lfp_texture_of`.
    const lfp_texture *texture(const lfp_picture &picture) const noexcept {
        return owned_ ? lfp_texture_of(owned_, picture.texture) : nullptr;
    }

private:
    iterator<lfp_texture> texture_at(std::size_t index) const noexcept {
        if (!owned_ || lfp_texture_count(owned_) == 0)
            return {};
        const char *first = reinterpret_cast<const char *>(owned_->textures);
        return {first + index * owned_->texture_size, owned_->texture_size};
    }
    iterator<lfp_widget> at(std::size_t index) const noexcept {
        if (!owned_ || !owned_->widgets)
            return {};
        const char *first = reinterpret_cast<const char *>(owned_->widgets);
        return {first + index * owned_->widget_size, owned_->widget_size};
    }
    const lfp_frame *owned_ = nullptr;
};

// An array in memory that plugins use without a copy, in any process.
class array {
public:
    array() noexcept = default;
    // Takes it over.
    explicit array(const lfp_array *owned) noexcept : owned_(owned) {}

    explicit operator bool() const noexcept { return owned_ != nullptr; }
    template <typename Element>
    Element *data() const noexcept {
        return owned_ ? static_cast<Element *>(owned_->data) : nullptr;
    }
    std::size_t bytes() const noexcept { return owned_ ? owned_->bytes : 0; }
    // What plugins get: a borrowed PyObject *.
    void *object() const noexcept { return owned_ ? owned_->object : nullptr; }

private:
    struct release {
        void operator()(const lfp_array *array) const noexcept { lfp_array_release(array); }
    };
    std::unique_ptr<const lfp_array, release> owned_;
};

namespace detail {

// Calls a function of the application. No exception leaves it.
template <typename Result, typename Function>
Result caught(Result otherwise, Function function) noexcept {
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
    try {
        return function();
    } catch (...) {
        return otherwise;
    }
#else
    (void)otherwise;
    return function();
#endif
}

} // namespace detail

// Something that is done on a thread of its own. Copies share it; it goes on without them.
class operation {
public:
    operation() noexcept = default;
    // Takes over a reference.
    explicit operation(lfp_operation *owned) noexcept : owned_(owned) {}
    operation(const operation &other) noexcept : owned_(lfp_operation_retain(other.owned_)) {}
    operation(operation &&other) noexcept : owned_(std::exchange(other.owned_, nullptr)) {}
    operation &operator=(operation other) noexcept {
        std::swap(owned_, other.owned_);
        return *this;
    }
    ~operation() { lfp_operation_release(owned_); }

    lfp_progress progress() const noexcept {
        lfp_progress progress{};
        progress.size = sizeof progress;
        lfp_operation_poll(owned_, &progress);
        return progress;
    }
    bool done() const noexcept { return lfp_operation_poll(owned_, nullptr); }
    bool wait(std::uint32_t milliseconds) const noexcept {
        return lfp_operation_wait(owned_, milliseconds);
    }
    void cancel() const noexcept { lfp_operation_cancel(owned_); }
    // The error of one that has ended with one, valid as long as this; else null.
    const lfp_error *failure() const noexcept { return lfp_operation_error(owned_); }
    // Calls `function` when it has ended: on the thread that did it, or at once.
    void on_end(std::function<void()> function) const {
        auto kept = std::make_unique<std::function<void()>>(std::move(function));
        lfp_operation_on_end(
            owned_,
            [](void *context, lfp_operation *) {
                std::unique_ptr<std::function<void()>> function(
                    static_cast<std::function<void()> *>(context));
                detail::caught(0, [&] {
                    (*function)();
                    return 0;
                });
            },
            kept.release());
    }

private:
    lfp_operation *owned_ = nullptr;
};

// Work for the UI thread. It is dropped if it is not run.
class job {
public:
    explicit job(lfp_job *owned) noexcept : owned_(owned) {}
    job(job &&other) noexcept : owned_(std::exchange(other.owned_, nullptr)) {}
    job &operator=(job &&other) noexcept {
        std::swap(owned_, other.owned_);
        return *this;
    }
    job(const job &) = delete;
    job &operator=(const job &) = delete;
    ~job() { lfp_job_drop(owned_); }
    // Does it, once. Call this on the UI thread.
    void run() noexcept { lfp_job_run(std::exchange(owned_, nullptr)); }

private:
    lfp_job *owned_;
};

// The application. Override what it has: the functions are called on any thread, until the attached
// plugin system has ended, and without the GIL.
class host {
public:
    virtual ~host() = default;
    // `plugin` is empty for the plugin system itself.
    virtual void log(std::string_view plugin, lfp_level level, std::string_view message) {
        (void)plugin, (void)level, (void)message;
    }
    // Whether there is a UI thread: then `post` takes work for it. It is the one that attaches.
    virtual bool has_ui_thread() const { return false; }
    virtual void post(job work) { work.run(); }
    virtual void redraw() {}
    virtual lfp_on_change change(std::string_view plugin, const std::vector<std::string_view> &paths) {
        (void)plugin, (void)paths;
        return LFP_ON_CHANGE_RELOAD;
    }
    virtual void event(const lfp_event &event) { (void)event; }
    // Dialogs, notifications, the clipboard; called on the UI thread. Returns whether it is answered by
    // lfp_answer or lfp_answer_done, now or later.
    virtual bool request(const lfp_request &request) {
        (void)request;
        return false;
    }
    // A request has ended without an answer.
    virtual void request_withdrawn(std::uint64_t id) { (void)id; }
};

// What the plugin system is told when it is attached. Empty texts mean the defaults.
struct options {
    std::string version;
    std::vector<std::string> features;
    std::string plugins_directory;
    std::string python;
    std::string uv;
    std::string native_module;
    std::vector<std::string> module_directories;
};

namespace detail {

inline const char *or_null(const std::string &text) noexcept {
    return text.empty() ? nullptr : text.c_str();
}

inline std::vector<const char *> pointers(const std::vector<std::string> &texts) {
    std::vector<const char *> pointers;
    for (const std::string &text : texts)
        pointers.push_back(text.c_str());
    return pointers;
}

inline host &of(void *context) noexcept { return *static_cast<host *>(context); }

} // namespace detail

// The plugin system, attached until this is destroyed. The host must live longer.
class attached {
public:
    attached() noexcept = default;
    attached(attached &&other) noexcept : is_attached_(std::exchange(other.is_attached_, false)) {}
    attached &operator=(attached &&other) noexcept {
        std::swap(is_attached_, other.is_attached_);
        return *this;
    }
    attached(const attached &) = delete;
    attached &operator=(const attached &) = delete;
    ~attached() { end(); }

    // Unloads all plugins; no function of the host is called afterwards.
    void end() noexcept {
        if (std::exchange(is_attached_, false))
            lfp_end();
    }

    // Puts the plugin system onto the module `lichtfeld`, a borrowed PyObject *, or null; see
    // lfp_attach.
    error attach(host &application, const options &options, void *lichtfeld_module = nullptr) {
        const auto features = detail::pointers(options.features);
        const auto directories = detail::pointers(options.module_directories);
        lfp_host host{};
        host.size = sizeof host;
        host.context = &application;
        host.version = detail::or_null(options.version);
        host.features = features.data();
        host.feature_count = features.size();
        host.plugins_directory = detail::or_null(options.plugins_directory);
        host.python = detail::or_null(options.python);
        host.uv = detail::or_null(options.uv);
        host.native_module = detail::or_null(options.native_module);
        host.module_directories = directories.data();
        host.module_directory_count = directories.size();
        host.log = [](void *context, const char *plugin, std::uint32_t level, const char *message) {
            detail::caught(0, [&] {
                detail::of(context).log(plugin ? plugin : "", static_cast<lfp_level>(level), message);
                return 0;
            });
        };
        if (application.has_ui_thread())
            host.post = [](void *context, lfp_job *work) {
                job owned(work);
                detail::caught(0, [&] {
                    detail::of(context).post(std::move(owned));
                    return 0;
                });
            };
        host.redraw = [](void *context) {
            detail::caught(0, [&] {
                detail::of(context).redraw();
                return 0;
            });
        };
        host.change = [](void *context, const char *plugin, const char *const *paths,
                         std::size_t count) -> std::uint32_t {
            return detail::caught<std::uint32_t>(LFP_ON_CHANGE_RELOAD, [&] {
                return static_cast<std::uint32_t>(
                    detail::of(context).change(plugin, {paths, paths + count}));
            });
        };
        host.event = [](void *context, const lfp_event *event) {
            detail::caught(0, [&] {
                detail::of(context).event(*event);
                return 0;
            });
        };
        host.request = [](void *context, const lfp_request *request) -> std::uint32_t {
            return detail::caught<std::uint32_t>(
                0, [&] { return std::uint32_t{detail::of(context).request(*request)}; });
        };
        host.request_withdrawn = [](void *context, std::uint64_t id) {
            detail::caught(0, [&] {
                detail::of(context).request_withdrawn(id);
                return 0;
            });
        };
        error failure(lfp_attach(&host, lichtfeld_module));
        is_attached_ = is_attached_ || !failure;
        return failure;
    }

private:
    bool is_attached_ = false;
};

// Does something with a plugin, and waits for the end.
inline error run(lfp_action action, const char *subject) noexcept {
    return error(lfp_run(action, subject));
}

// Starts it on a thread of its own.
inline error start(lfp_action action, const char *subject, operation &started) noexcept {
    lfp_operation *made = nullptr;
    error failure(lfp_start(action, subject, &made));
    started = operation(made);
    return failure;
}

inline lfp_state state(const char *plugin) noexcept {
    return static_cast<lfp_state>(lfp_plugin_state(plugin));
}

inline error get(plugins &all) noexcept {
    error failure(lfp_plugins(all.out()));
    all.take();
    return failure;
}

inline error get(panels &all, lfp_panel_kind kind = LFP_PANEL_KIND_PANEL) noexcept {
    error failure(lfp_panels(kind, all.out()));
    all.take();
    return failure;
}

// Those that must be drawn now. On the UI thread.
inline error get_due(panels &due, lfp_panel_kind kind = LFP_PANEL_KIND_PANEL) noexcept {
    error failure(lfp_panels_due(kind, due.out()));
    due.take();
    return failure;
}

// Draws a panel. On the UI thread.
inline error draw(const char *panel, frame &drawn) noexcept {
    const lfp_frame *made = nullptr;
    error failure(lfp_panel_draw(panel, &made));
    drawn = frame(made);
    return failure;
}

// Gives a panel a document, a borrowed PyObject *; see lfp_panel_mount. On the UI thread.
inline error mount(const char *panel, void *document, void *context = nullptr) noexcept {
    return error(lfp_panel_mount(panel, document, context));
}

inline error unmount(const char *panel) noexcept { return error(lfp_panel_unmount(panel)); }

// Makes an array of zeros; see lfp_array_new.
inline error make_array(const std::vector<std::size_t> &shape, const char *dtype, array &made,
                        bool writable = false) noexcept {
    static const std::size_t none = 0;
    const lfp_array *given = nullptr;
    const std::size_t *lengths = shape.empty() ? &none : shape.data();
    error failure(lfp_array_new(lengths, shape.size(), dtype, writable, &given));
    made = array(given);
    return failure;
}

inline error input(const char *panel, std::uint64_t widget, const lfp_value &value) noexcept {
    return error(lfp_input(panel, widget, &value));
}

inline lfp_value value(lfp_input_kind kind) noexcept {
    lfp_value value{};
    value.size = sizeof value;
    value.kind = kind;
    return value;
}

inline lfp_value click(lfp_mouse_button button = LFP_MOUSE_BUTTON_PRIMARY) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_CLICK);
    made.button = button;
    return made;
}

inline lfp_value set_bool(bool flag) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_SET_BOOL);
    made.flag = flag;
    return made;
}

inline lfp_value set_integer(std::int64_t integer) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_SET_INTEGER);
    made.integer = integer;
    return made;
}

inline lfp_value set_number(double number) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_SET_NUMBER);
    made.number = number;
    return made;
}

// The text must live until it is passed.
inline lfp_value set_text(const char *text) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_SET_TEXT);
    made.text = text;
    return made;
}

// The numbers must live until they are passed.
inline lfp_value set_numbers(const double *numbers, std::size_t count) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_SET_NUMBERS);
    made.numbers = numbers;
    made.count = count;
    return made;
}

inline lfp_value open(bool flag) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_OPEN);
    made.flag = flag;
    return made;
}

inline lfp_value hover(bool flag) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_HOVER);
    made.flag = flag;
    return made;
}

inline lfp_value drop(const char *type, const char *data) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_DROP);
    made.drop_type = type;
    made.text = data;
    return made;
}

inline lfp_value double_click(lfp_mouse_button button = LFP_MOUSE_BUTTON_PRIMARY) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_DOUBLE_CLICK);
    made.button = button;
    return made;
}

// Positions are in pixels from the upper left corner of the panel.
inline lfp_value drag(lfp_vec2 start, lfp_vec2 at, bool ended = false,
                      lfp_mouse_button button = LFP_MOUSE_BUTTON_PRIMARY) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_DRAG);
    made.button = button;
    made.start_x = start.x;
    made.start_y = start.y;
    made.x = at.x;
    made.y = at.y;
    made.flag = ended;
    return made;
}

// In lines; up is positive.
inline lfp_value wheel(float x, float y) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_WHEEL);
    made.x = x;
    made.y = y;
    return made;
}

inline lfp_value edit(bool begins) noexcept {
    lfp_value made = value(LFP_INPUT_KIND_EDIT);
    made.flag = begins;
    return made;
}

} // namespace lfp

#endif // LICHTFELD_PLUGINS_HPP
