// Dear ImGui's triangles, drawn by SDL's renderer, which has one in software too.
#ifndef RENDERER_HPP
#define RENDERER_HPP

#include <SDL.h>
#include <imgui.h>

// Makes the texture of the font. Call this once, before the first frame.
SDL_Texture *make_font(SDL_Renderer *renderer);
void render(SDL_Renderer *renderer, const ImDrawData &data);

#endif
