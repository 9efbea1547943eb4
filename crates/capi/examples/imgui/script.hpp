// What a user does, read from a file: for tests and for screenshots.
//
//   click TEXT         the primary button, on the widget with this text
//   right TEXT         the secondary button
//   double TEXT        two clicks of the primary button
//   wheel TEXT         turns the wheel there by two lines, up
//   hover TEXT         moves the pointer there
//   drag TEXT|TEXT     from one widget to another
//   type TEXT          into the field that has the focus
//   key NAME           a key by SDL's name: Return, Escape
//   away               moves the pointer away
//   seen TEXT          prints whether something is on the screen where the widget was drawn
//   color TEXT         prints the colour in the middle of the widget
//   screenshot FILE    writes a PNG
//   kinds              prints the kinds of widgets that have been drawn, as numbers
//   say TEXT           prints it
#ifndef SCRIPT_HPP
#define SCRIPT_HPP

#include <SDL.h>
#include <imgui.h>

#include <deque>
#include <string>
#include <vector>

#include "dialogs.hpp"
#include "panels.hpp"

class script {
public:
    // Reads the file. Returns false, and says why, if that is not possible.
    bool read(const std::string &file);
    // Between the events of SDL and a frame of Dear ImGui: sets what the user does in this frame.
    void act(const panels &panels, const dialogs &dialogs);
    // After the frame has been drawn, before it is shown.
    void look(SDL_Renderer *renderer, const panels &panels);

    bool is_empty() const { return lines_.empty(); }
    bool has_failed() const { return has_failed_; }

private:
    struct line {
        std::string verb, rest;
        // The texts of the widgets that it is about, and where they are.
        std::vector<std::string> texts;
        std::vector<drawn_at> places;
        // The number of frames since the widgets were found, and until then.
        int frame = 0, waited = 0;
    };

    static line parsed(const std::string &text);
    // Whether its widgets have been found. Fails if they do not appear.
    bool is_aimed(const panels &panels, const dialogs &dialogs, line &line);
    void fail(const std::string &message);
    void do_with_pixels(SDL_Renderer *renderer, const line &line);

    std::deque<line> lines_;
    ImVec2 pointer_{-1, -1};
    bool has_failed_ = false;
};

#endif
