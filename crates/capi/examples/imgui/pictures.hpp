// Pictures of plugins as textures of SDL.
#ifndef PICTURES_HPP
#define PICTURES_HPP

#include <SDL.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "lichtfeld_plugins.hpp"

class pictures {
public:
    explicit pictures(SDL_Renderer *renderer) : renderer_(renderer) {}
    pictures(const pictures &) = delete;
    pictures &operator=(const pictures &) = delete;
    ~pictures();

    // A file is read once, and the pixels of a plugin once for each version. Anything that is not there
    // is shown as a chessboard: a renderer with textures of its own looks up `picture.texture` here.
    SDL_Texture *of(const lfp_picture &picture, const lfp::frame &frame);
    // Frees the pixels of all textures but these.
    void keep(const std::set<std::uint64_t> &ids);

private:
    SDL_Texture *made(int width, int height, const void *rgba);
    SDL_Texture *chessboard();

    SDL_Renderer *renderer_;
    SDL_Texture *uploaded(const lfp_texture &pixels);

    std::map<std::string, SDL_Texture *> textures_;
    // Textures of plugins by their numbers, with their versions.
    std::map<std::uint64_t, std::pair<std::uint32_t, SDL_Texture *>> pixels_;
};

// Writes what has been drawn as a PNG. Returns whether that was possible.
bool write_screenshot(SDL_Renderer *renderer, const std::string &file);

#endif
