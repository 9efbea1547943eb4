// What holds other widgets: arrangements, trees, windows, tables.
#include "view.hpp"

#include <algorithm>

// A header or a tree node. The content of a header follows it, that of a tree is inside it; both are
// in the frame only while it is open.
bool view::fold(std::size_t at, bool header) {
    const lfp_widget &widget = (*frame_)[at];
    const lfp_as_fold &fold = widget.content.fold;
    ImGuiTreeNodeFlags flags = header ? ImGuiTreeNodeFlags_CollapsingHeader
                                      : ImGuiTreeNodeFlags_NoTreePushOnOpen;
    if (fold.leaf)
        flags |= ImGuiTreeNodeFlags_Leaf;
    ImGui::SetNextItemOpen(fold.open, ImGuiCond_Always);
    const bool open = ImGui::TreeNodeEx(named(widget).c_str(), flags);
    if (ImGui::IsItemToggledOpen())
        send(widget, lfp::open(open));
    const range inside = content(at);
    if (inside.begin == inside.end)
        return true;
    // What is asked about is the node, and not its content.
    common(widget, {inside.end, frame_->size()});
    ImGui::Indent();
    lines(inside);
    ImGui::Unindent();
    return false;
}

// Arrangements. Each counts as one widget.
void view::layout(std::size_t at) {
    const lfp_widget &widget = (*frame_)[at];
    const lfp_as_layout &layout = widget.content.layout;
    const range inside = content(at);
    const ImGuiStyle &style = ImGui::GetStyle();
    const ImVec4 red(0.75f, 0.2f, 0.2f, 1.0f);
    int colors = 0;
    if (layout.alert || layout.active) {
        ImGui::PushStyleColor(ImGuiCol_Button, layout.alert ? red : style.Colors[ImGuiCol_ButtonActive]);
        colors++;
    }
    const float higher = layout.scale.y > 0 ? layout.scale.y : 1;
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                        ImVec2(style.FramePadding.x, style.FramePadding.y * higher));
    ImGui::BeginGroup();
    switch (static_cast<lfp_flow>(layout.flow)) {
    case LFP_FLOW_ROW:
        lines(inside, true);
        break;
    case LFP_FLOW_COLUMN:
        lines(inside);
        break;
    case LFP_FLOW_BOX:
        // A table of one cell has a frame around it, as high as its content.
        if (ImGui::BeginTable("box", 1, ImGuiTableFlags_BordersOuter | ImGuiTableFlags_SizingStretchSame)) {
            ImGui::TableNextColumn();
            lines(inside);
            ImGui::EndTable();
        }
        break;
    case LFP_FLOW_SPLIT:
    case LFP_FLOW_GRID:
        columns(layout, inside);
        break;
    }
    ImGui::EndGroup();
    ImGui::PopStyleVar();
    ImGui::PopStyleColor(colors);
}

// A split or a grid: a table without lines.
void view::columns(const lfp_as_layout &layout, range range) {
    int items = 0;
    for (std::size_t at = range.begin; at < range.end; at = next(at))
        items++;
    const bool split = layout.flow == LFP_FLOW_SPLIT;
    const float space = ImGui::GetContentRegionAvail().x;
    const int fitting = std::max(1, static_cast<int>(space / 100));
    const int wanted = layout.columns ? static_cast<int>(std::min(layout.columns, 64u)) : fitting;
    const int columns = std::min(split ? items : wanted, 64);
    if (columns < 1 || !ImGui::BeginTable("columns", columns, ImGuiTableFlags_SizingStretchSame))
        return;
    for (int column = 0; split && column < columns; column++) {
        const float rest = (1 - layout.factor) / static_cast<float>(std::max(columns - 1, 1));
        const float weight = column == 0 ? layout.factor : rest;
        ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch, std::max(weight, 0.01f));
    }
    for (std::size_t at = range.begin; at < range.end; at = next(at)) {
        ImGui::TableNextColumn();
        item(at, false);
    }
    ImGui::EndTable();
}

void view::group(std::size_t at) {
    ImGui::BeginGroup();
    lines(content(at));
    ImGui::EndGroup();
}

// Dear ImGui has no child as high as its content, so the height of the drawing before is kept.
void view::child(std::size_t at) {
    const lfp_widget &widget = (*frame_)[at];
    const lfp_as_child &child = widget.content.child;
    const ImGuiStyle &style = ImGui::GetStyle();
    ImVec2 size(child.size.x, child.size.y);
    float &height = heights_[widget.id];
    if (size.y == 0)
        size.y = height > 0 ? height : ImGui::GetTextLineHeight();
    ImGui::BeginChild("child", size, child.border);
    lines(content(at));
    height = ImGui::GetCursorPosY() + (child.border ? style.WindowPadding.y : 0);
    ImGui::EndChild();
}

// The frame says whether a popup is open; Dear ImGui closes it on a click outside, and is asked.
void view::popup(std::size_t at) {
    const lfp_widget &widget = (*frame_)[at];
    const lfp_as_popup &popup = widget.content.popup;
    const std::string label = named(widget);
    if (!popup.open) {
        popups_.erase(widget.id);
        // Of the widget before it, which is still the last item.
        const bool context = popup.form == LFP_POPUP_FORM_CONTEXT;
        if (context && ImGui::IsItemHovered() && ImGui::IsMouseReleased(ImGuiMouseButton_Right))
            send(widget, lfp::open(true));
        return;
    }
    if (popups_.insert(widget.id).second)
        ImGui::OpenPopup(label.c_str());
    bool is_shown = true, stays = true;
    if (popup.form == LFP_POPUP_FORM_MODAL)
        is_shown = ImGui::BeginPopupModal(label.c_str(), &stays, ImGuiWindowFlags_AlwaysAutoResize);
    else
        is_shown = ImGui::BeginPopup(label.c_str());
    if (is_shown) {
        lines(content(at));
        ImGui::EndPopup();
    }
    if (!is_shown || !stays)
        send(widget, lfp::open(false));
}

void view::window(std::size_t at) {
    const lfp_widget &widget = (*frame_)[at];
    const lfp_as_window &window = widget.content.window;
    if (window.has_position)
        ImGui::SetNextWindowPos({window.position.x, window.position.y}, ImGuiCond_Once);
    if (window.has_size)
        ImGui::SetNextWindowSize({window.size.x, window.size.y}, ImGuiCond_Once);
    const std::string name =
        std::string(lfp::view(widget.label)) + "###" + std::to_string(widget.id);
    bool stays = true;
    const ImGuiWindowFlags flags = window.has_size ? 0 : ImGuiWindowFlags_AlwaysAutoResize;
    if (ImGui::Begin(name.c_str(), window.closable ? &stays : nullptr, flags))
        lines(content(at));
    ImGui::End();
    if (!stays)
        send(widget, lfp::open(false));
}

// Dear ImGui opens and closes menus; the frame has the entries of an open one from the next drawing on.
void view::menu(std::size_t at) {
    const lfp_widget &widget = (*frame_)[at];
    const bool was_open = widget.content.fold.open;
    const bool open = ImGui::BeginMenu(named(widget).c_str());
    const drawn_at place{ImGui::GetItemRectMin(), ImGui::GetItemRectMax()};
    if (open) {
        lines(content(at));
        ImGui::EndMenu();
    }
    places_[std::string(lfp::view(widget.label))] = place;
    if (open != was_open)
        send(widget, lfp::open(open));
}

void view::table(std::size_t at) {
    const lfp_widget &widget = (*frame_)[at];
    const lfp_as_table &table = widget.content.table;
    // Dear ImGui takes 64 columns.
    const std::size_t count = std::min<std::size_t>(table.count, 64);
    const ImGuiTableFlags flags = ImGuiTableFlags_Borders | ImGuiTableFlags_RowBg;
    if (count == 0 || !ImGui::BeginTable("table", static_cast<int>(count), flags))
        return;
    for (std::size_t i = 0; i < count; i++) {
        const lfp_column &column = table.columns[i];
        const ImGuiTableColumnFlags sizing = column.width > 0 ? ImGuiTableColumnFlags_WidthFixed
                                                              : ImGuiTableColumnFlags_WidthStretch;
        ImGui::TableSetupColumn(column.label.data, sizing, std::max(column.width, 0.0f));
    }
    if (table.headers)
        ImGui::TableHeadersRow();
    const range rows = content(at);
    for (std::size_t one = rows.begin; one < rows.end; one = next(one))
        if ((*frame_)[one].kind == LFP_KIND_TABLE_ROW)
            row(one);
    ImGui::EndTable();
}

void view::row(std::size_t at) {
    const lfp_as_cell &row = (*frame_)[at].content.cell;
    ImGui::TableNextRow();
    kinds_.insert({LFP_KIND_TABLE_ROW, LFP_KIND_TABLE_CELL});
    if (row.has_color)
        ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, ImGui::GetColorU32(color_of(row.color)));
    const range cells = content(at);
    for (std::size_t one = cells.begin; one < cells.end; one = next(one)) {
        const lfp_widget &widget = (*frame_)[one];
        const lfp_as_cell &cell = widget.content.cell;
        if (widget.kind != LFP_KIND_TABLE_CELL ||
            static_cast<int>(cell.column) >= ImGui::TableGetColumnCount())
            continue;
        ImGui::TableSetColumnIndex(static_cast<int>(cell.column));
        if (cell.has_color)
            ImGui::TableSetBgColor(ImGuiTableBgTarget_CellBg, ImGui::GetColorU32(color_of(cell.color)));
        lines(content(one));
    }
}
