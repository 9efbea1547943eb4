"""The names of ``lichtfeld`` and ``lichtfeld.ui`` that the plugin system has if the application does not.

What the application sets on these modules always wins: the names here are found by ``__getattr__``. A
plugin in a process of its own gets most of them from the application, as any other name of it.
"""

import difflib
import importlib
import sys

#: Names by the module of this package that has them.
_HOMES = {
    "lichtfeld": {
        "_handlers": (
            "ScopedHandler add_draw_handler call_draw_handlers call_handlers on_iteration_start "
            "on_post_step on_pre_optimizer_step on_training_end on_training_start remove_draw_handler"
        ),
    },
    "lichtfeld.ui": {
        "_hooks": "add_hook clear_all_hooks clear_hooks get_hook_points hook invoke_hooks remove_hook",
        "_panels": (
            "PanelInfo PanelSummary get_main_panel_tabs get_panel get_panel_names is_panel_enabled "
            "set_panel_enabled set_panel_label set_panel_order set_panel_parent set_panel_space"
        ),
        "_texts": (
            "get_current_language get_languages loc_clear loc_clear_all loc_load loc_set set_language tr"
        ),
        "_dialogs": (
            "confirm_dialog get_clipboard_text get_clipboard_text_async has_clipboard_image "
            "has_clipboard_image_async input_dialog message_dialog notify open_url reveal_in_file_manager "
            "reveal_in_file_manager_async save_clipboard_image save_clipboard_image_async set_clipboard_text "
            "show_confirm_dialog "
        )
        + " ".join(
            f"{name} {name}_async"
            for name in (
                "select_colmap_sparse_folder_dialog open_folder_dialog open_dataset_folder_dialog open_image_dialog "
                "open_environment_map_dialog open_ply_file_dialog open_mesh_file_dialog open_checkpoint_file_dialog "
                "open_ppisp_file_dialog open_json_file_dialog open_csv_file_dialog open_xml_file_dialog "
                "open_las_file_dialog open_video_file_dialog save_las_file_dialog save_laz_file_dialog "
                "save_json_file_dialog save_png_file_dialog save_jpg_file_dialog save_ply_file_dialog "
                "save_sog_file_dialog save_spz_file_dialog save_usd_file_dialog save_usdz_file_dialog "
                "save_html_file_dialog save_rad_file_dialog"
            ).split()
        ),
        "_theme": (
            "Theme ThemePalette ThemeSizes ThemeVignette get_theme get_ui_scale get_ui_scale_preference "
            "provide_theme set_theme set_ui_scale theme themes"
        ),
        "op_context": "context",
    },
}
_HOME_OF = {
    module: {name: home for home, names in homes.items() for name in names.split()}
    for module, homes in _HOMES.items()
}
_HOME_OF["lichtfeld"].update(PLUGIN_API_VERSION="compat", packages="", ops="")

#: Homes whose names a process of a plugin has itself, unless the application has its own.
_EVERYWHERE = ("_dialogs", "_theme")

#: What hosts of one kind offer, since version 1.0 of the plugin API.
_OF_HOSTS = {
    "with a scene": (
        "Scene Tensor add_group clear_scene compose_transform decompose_transform deselect_all export_scene "
        "get_node_transform get_node_visualizer_world_transform get_num_gaussians get_render_scene get_scene "
        "get_scene_generation get_scene_path get_selected_node_name get_selected_node_names has_scene has_selection "
        "io load_file remove_node scene select_node selection set_node_transform set_node_visualizer_world_transform "
        "can_transform_selection undo"
    ),
    "that render": (
        "BackgroundMode TransformGizmo TranslationGizmo capture_viewport get_camera get_current_view get_depth_view "
        "get_depth_view_mode get_depth_view_range get_render_settings get_viewport_render load_icon render_at "
        "render_view set_camera set_camera_fov set_depth_view set_depth_view_mode set_depth_view_range "
        "set_orthographic total_gpu_bytes free_plugin_icons load_plugin_icon"
    ),
    "that train": (
        "MaskMode context dataset_params detect_dataset_info finish_reason has_trainer load_config_file "
        "optimization_params pause_training prepare_training_from_scene reset_training resume_training "
        "save_config_file start_training stop_training switch_to_edit_mode trainer_error trainer_state"
    ),
    "with a window": (
        "app force_exit get_active_tool get_clipboard_image_texture get_export_state load_camera_path "
        "save_camera_path set_active_operator set_active_tool set_modal_event_callback ModalEventType "
        "set_theme_vignette_enabled set_theme_vignette_intensity set_theme_vignette_style"
    ),
}
_KIND_OF = {name: kind for kind, names in _OF_HOSTS.items() for name in names.split()}


def get(module, name):
    """Returns a name of ``lichtfeld`` or ``lichtfeld.ui``; raises AttributeError if there is none."""
    home = _HOME_OF[module].get(name)
    if home is None:
        raise AttributeError(_missing(module, name), name=name, obj=sys.modules.get(module))
    if name == "ops":
        return sys.modules["lichtfeld.ui.ops"]
    if name == "packages":
        return importlib.import_module(f"{__package__}._packages")
    return getattr(importlib.import_module(f"{__package__}.{home}"), name)


def names(module, own):
    """Returns the names of such a module; ``own`` are those that it has itself."""
    return sorted({*own, *_HOME_OF[module]})


def is_here(module, name):
    """Returns whether a process of a plugin has such a name itself, unless the application has its own."""
    return _HOME_OF[module].get(name) in _EVERYWHERE


def names_here(module):
    """Returns these names."""
    return [name for name, home in _HOME_OF[module].items() if home in _EVERYWHERE]


def _missing(module, name):
    text = f"this host has no {module}.{name}"
    kind = _KIND_OF.get(name)
    if kind is not None:
        text += f", which hosts {kind} offer (plugin API 1.0)"
    else:
        known = [one for one in dir(sys.modules[module]) if not one.startswith("_")]
        near = difflib.get_close_matches(name, [*known, *_KIND_OF], 1)
        if near:
            text += f"; did you mean {near[0]!r}?"
    return f"{text}; look before you use it: `if hasattr({module}, {name!r})`"
