#include "renderer.hpp"

SDL_Texture *make_font(SDL_Renderer *renderer) {
    ImGuiIO &io = ImGui::GetIO();
    unsigned char *pixels;
    int width, height;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    SDL_Texture *font = SDL_CreateTexture(renderer, SDL_PIXELFORMAT_RGBA32,
                                          SDL_TEXTUREACCESS_STATIC, width, height);
    SDL_UpdateTexture(font, nullptr, pixels, width * 4);
    SDL_SetTextureBlendMode(font, SDL_BLENDMODE_BLEND);
    SDL_SetTextureScaleMode(font, SDL_ScaleModeLinear);
    io.Fonts->SetTexID(font);
    // The indices of a large list may not fit into 16 bits; then a list has several parts.
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    return font;
}

// The triangles of one command: those of one texture, in one rectangle.
static void draw(SDL_Renderer *renderer, const ImDrawList &list, const ImDrawCmd &command) {
    const SDL_Rect clip{int(command.ClipRect.x), int(command.ClipRect.y),
                        int(command.ClipRect.z - command.ClipRect.x),
                        int(command.ClipRect.w - command.ClipRect.y)};
    if (clip.w <= 0 || clip.h <= 0)
        return;
    SDL_RenderSetClipRect(renderer, &clip);
    const ImDrawVert *vertices = list.VtxBuffer.Data + command.VtxOffset;
    const int step = sizeof(ImDrawVert);
    SDL_RenderGeometryRaw(renderer, static_cast<SDL_Texture *>(command.GetTexID()),
                          &vertices->pos.x, step,
                          reinterpret_cast<const SDL_Color *>(&vertices->col), step,
                          &vertices->uv.x, step, list.VtxBuffer.Size - int(command.VtxOffset),
                          list.IdxBuffer.Data + command.IdxOffset, int(command.ElemCount),
                          sizeof(ImDrawIdx));
}

void render(SDL_Renderer *renderer, const ImDrawData &data) {
    for (int i = 0; i < data.CmdListsCount; i++)
        for (const ImDrawCmd &command : data.CmdLists[i]->CmdBuffer)
            if (!command.UserCallback)
                draw(renderer, *data.CmdLists[i], command);
    SDL_RenderSetClipRect(renderer, nullptr);
}
