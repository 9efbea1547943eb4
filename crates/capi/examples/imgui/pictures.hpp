// Pictures of plugins as textures of SDL.
#ifndef PICTURES_HPP
#define PICTURES_HPP

#include <SDL.h>

#include <map>
#include <string>

#include "lichtfeld_plugins.hpp"

class pictures {
public:
    explicit pictures(SDL_Renderer *renderer) : renderer_(renderer) {}
    pictures(const pictures &) = delete;
    pictures &operator=(const pictures &) = delete;
    ~pictures();

    // A file is read once. Anything that is not there is shown as a chessboard: a renderer with
    // textures of its own looks up `picture.texture` here.
    SDL_Texture *of(const lfp_picture &picture);

private:
    SDL_Texture *made(int width, int height, const void *rgba);
    SDL_Texture *chessboard();

    SDL_Renderer *renderer_;
    std::map<std::string, SDL_Texture *> textures_;
};

// Writes what has been drawn as a PNG. Returns whether that was possible.
bool write_screenshot(SDL_Renderer *renderer, const std::string &file);

#endif
