#include "pictures.hpp"

#include <stb_image.h>
#include <stb_image_write.h>

#include <cstdint>
#include <vector>

pictures::~pictures() {
    for (const auto &[name, texture] : textures_)
        SDL_DestroyTexture(texture);
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

SDL_Texture *pictures::of(const lfp_picture &picture) {
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
