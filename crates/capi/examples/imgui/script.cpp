#include "script.hpp"

#include <cstdio>
#include <fstream>
#include <set>

#include "pictures.hpp"

// A line takes so many frames: a click and the drawings that it causes.
static const int frames_of_a_line = 12;
// A widget that does not appear in so many frames is missing.
static const int most_frames = 600;

// Those with the text of one widget. The first of them move the pointer there.
static const std::set<std::string> pointing = {"click", "right", "double", "wheel", "hover"};
static const std::set<std::string> about_one = {"click", "right", "double", "wheel",
                                                "hover", "seen",  "color"};

script::line script::parsed(const std::string &text) {
    line line;
    const std::size_t space = text.find(' ');
    line.verb = text.substr(0, space);
    line.rest = space == std::string::npos ? "" : text.substr(space + 1);
    const std::size_t bar = line.rest.find('|');
    if (line.verb == "drag" && bar != std::string::npos)
        line.texts = {line.rest.substr(0, bar), line.rest.substr(bar + 1)};
    else if (about_one.count(line.verb))
        line.texts = {line.rest};
    return line;
}

bool script::read(const std::string &file) {
    std::ifstream stream(file);
    for (std::string text; std::getline(stream, text);)
        if (!text.empty() && text[0] != '#')
            lines_.push_back(parsed(text));
    if (lines_.empty())
        std::fprintf(stderr, "%s cannot be read, or is empty\n", file.c_str());
    return !lines_.empty();
}

void script::fail(const std::string &message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    has_failed_ = true;
    lines_.clear();
}

bool script::is_aimed(const panels &panels, const dialogs &dialogs, line &line) {
    if (line.places.size() == line.texts.size())
        return true;
    line.places.clear();
    for (const std::string &text : line.texts) {
        auto place = dialogs.find(text);
        if (!place)
            place = panels.find(text);
        if (place)
            line.places.push_back(*place);
        else if (++line.waited > most_frames)
            return fail("no widget has the text '" + text + "'"), false;
    }
    return line.places.size() == line.texts.size();
}

void script::act(const panels &panels, const dialogs &dialogs) {
    ImGuiIO &io = ImGui::GetIO();
    io.MousePos = pointer_;
    if (lines_.empty() || !is_aimed(panels, dialogs, lines_.front()))
        return;
    const line &line = lines_.front();
    const int frame = line.frame;
    // The pointer moves there, then the button goes down, then up.
    const bool is_down = frame == 3 || frame == 4;
    if (pointing.count(line.verb))
        pointer_ = line.places[0].middle();
    // The frames between the two clicks may take long here.
    io.MouseDoubleClickTime = line.verb == "double" && frame > 4 ? 60.0f : 0.3f;
    if (line.verb == "click")
        io.MouseDown[ImGuiMouseButton_Left] = is_down;
    else if (line.verb == "right")
        io.MouseDown[ImGuiMouseButton_Right] = is_down;
    else if (line.verb == "double")
        io.MouseDown[ImGuiMouseButton_Left] = is_down || frame == 6 || frame == 7;
    else if (line.verb == "wheel")
        io.MouseWheel = frame == 3 ? 2.0f : 0.0f;
    else if (line.verb == "type" && frame == 0)
        io.AddInputCharactersUTF8(line.rest.c_str());
    else if (line.verb == "key")
        io.KeysDown[SDL_GetScancodeFromName(line.rest.c_str())] = frame == 0;
    else if (line.verb == "away")
        pointer_ = {-1, -1};
    else if (line.verb == "drag" && line.places.size() == 2) {
        const ImVec2 from = line.places[0].middle(), to = line.places[1].middle();
        const float part = frame < 3 ? 0.0f : frame > 7 ? 1.0f : 0.2f * float(frame - 2);
        pointer_ = {from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part};
        io.MouseDown[ImGuiMouseButton_Left] = frame >= 1 && frame < 10;
    }
    io.MousePos = pointer_;
}

void script::do_with_pixels(SDL_Renderer *renderer, const line &line) {
    if (line.verb == "screenshot" && !write_screenshot(renderer, line.rest))
        return fail(line.rest + " cannot be written");
    if (line.verb == "color") {
        const ImVec2 middle = line.places[0].middle();
        const SDL_Rect point{int(middle.x), int(middle.y), 1, 1};
        Uint32 color = 0;
        SDL_RenderReadPixels(renderer, &point, SDL_PIXELFORMAT_ARGB8888, &color, 4);
        std::printf("%s: %06x\n", line.rest.c_str(), unsigned(color & 0xffffff));
    }
    if (line.verb != "seen")
        return;
    const drawn_at &place = line.places[0];
    const SDL_Rect area{int(place.min.x), int(place.min.y), int(place.max.x - place.min.x),
                        int(place.max.y - place.min.y)};
    std::vector<Uint32> pixels(std::size_t(area.w) * std::size_t(area.h));
    SDL_RenderReadPixels(renderer, &area, SDL_PIXELFORMAT_ARGB8888, pixels.data(), area.w * 4);
    const std::set<Uint32> colors(pixels.begin(), pixels.end());
    std::printf("%s: %s\n", line.rest.c_str(), colors.size() > 1 ? "seen" : "nothing");
}

void script::look(SDL_Renderer *renderer, const panels &panels) {
    if (lines_.empty())
        return;
    line &line = lines_.front();
    if (line.places.size() != line.texts.size() || ++line.frame < frames_of_a_line)
        return;
    do_with_pixels(renderer, line);
    if (lines_.empty())
        return;
    if (line.verb == "say")
        std::printf("%s\n", line.rest.c_str());
    if (line.verb == "kinds")
        for (const std::uint32_t kind : panels.kinds())
            std::printf("kind %u\n", kind);
    lines_.pop_front();
    std::fflush(stdout);
}
