#include "pictures.hpp"

#include <stb_image.h>
#include <stb_image_write.h>

#include <cstdint>
#include <vector>

pictures::~pictures() {
    for (const auto &[name, texture] : textures_)
        SDL_DestroyTexture(texture);
    keep({});
}

SDL_Texture *pictures::made(int width, int height, const void *rgba) {
    SDL_Texture *texture = SDL_CreateTexture(renderer_, SDL_PIXELFORMAT_RGBA32,
                                             SDL_TEXTUREACCESS_STATIC, width, height);
    SDL_UpdateTexture(texture, nullptr, rgba, width * 4);
    SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_BLEND);
    return texture;
}

SDL_Texture *pictures::chessboard() {
    const int side = 32;
    std::vector<std::uint32_t> pixels(side * side);
    for (int i = 0; i < side * side; i++)
        pixels[i] = (i / side / 8 + i % side / 8) % 2 ? 0xff5a5a5a : 0xffb4b4b4;
    return made(side, side, pixels.data());
}

SDL_Texture *pictures::uploaded(const lfp_texture &pixels) {
    auto &[version, texture] = pixels_[pixels.id];
    if (texture && version == pixels.version)
        return texture;
    if (texture)
        SDL_DestroyTexture(texture);
    version = pixels.version;
    return texture = made(pixels.width, pixels.height, pixels.pixels);
}

void pictures::keep(const std::set<std::uint64_t> &ids) {
    for (auto one = pixels_.begin(); one != pixels_.end();) {
        if (ids.count(one->first)) {
            ++one;
            continue;
        }
        SDL_DestroyTexture(one->second.second);
        one = pixels_.erase(one);
    }
}

SDL_Texture *pictures::of(const lfp_picture &picture, const lfp::frame &frame) {
    if (const lfp_texture *pixels = frame.texture(picture))
        return uploaded(*pixels);
    SDL_Texture *&texture = textures_[std::string(lfp::view(picture.name))];
    if (texture)
        return texture;
    int width, height, components;
    if (unsigned char *pixels = stbi_load(picture.name.data, &width, &height, &components, 4)) {
        texture = made(width, height, pixels);
        stbi_image_free(pixels);
    } else {
        texture = chessboard();
    }
    return texture;
}

bool write_screenshot(SDL_Renderer *renderer, const std::string &file) {
    int width, height;
    SDL_GetRendererOutputSize(renderer, &width, &height);
    std::vector<unsigned char> pixels(std::size_t(width) * height * 3);
    return SDL_RenderReadPixels(renderer, nullptr, SDL_PIXELFORMAT_RGB24, pixels.data(),
                                width * 3) == 0 &&
           stbi_write_png(file.c_str(), width, height, 3, pixels.data(), width * 3);
}
