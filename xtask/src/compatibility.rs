//! `docs/reference/compatibility.md`: the names that published plugins use, and what becomes of each here.

use crate::error::Result;
use std::fmt::Write as _;

pub(crate) const PATH: &str = "docs/reference/compatibility.md";

/// What becomes of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Here {
    /// They work as plugins expect.
    Same,
    /// They work as plugins expect, and do more, or have further arguments.
    More,
    /// The application offers them.
    Host,
    /// They do not exist.
    Missing,
}

impl Here {
    fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::More => "more",
            Self::Host => "host",
            Self::Missing => "missing",
        }
    }
}

/// Names of one module, what becomes of them, and a note.
type Row = (&'static str, &'static str, Here, &'static str);

use Here::{Host, Missing, More, Same};

const ROWS: &[Row] = &[
    (
        "lichtfeld",
        "register_class unregister_class PLUGIN_API_VERSION log ui plugins packages",
        Same,
        "",
    ),
    ("lichtfeld", "ops", Same, "`lichtfeld.ui.ops`"),
    (
        "lichtfeld",
        "add_draw_handler remove_draw_handler ScopedHandler on_training_start on_iteration_start \
         on_pre_optimizer_step on_post_step on_training_end",
        Same,
        "the application calls them, and may have its own",
    ),
    (
        "lichtfeld",
        "get_scene get_render_scene has_scene get_scene_generation get_scene_path load_file \
         load_config_file save_config_file export_scene detect_dataset_info io scene selection Tensor \
         select_node deselect_all has_selection get_selected_node_name get_selected_node_names \
         get_node_transform set_node_transform get_node_visualizer_world_transform \
         set_node_visualizer_world_transform compose_transform decompose_transform remove_node",
        Host,
        "with a scene",
    ),
    (
        "lichtfeld",
        "get_current_view get_camera set_camera set_camera_fov render_at render_view capture_viewport \
         get_viewport_render get_render_settings get_depth_view set_depth_view get_depth_view_mode \
         set_depth_view_mode get_depth_view_range set_depth_view_range set_orthographic BackgroundMode \
         TransformGizmo TranslationGizmo total_gpu_bytes load_icon",
        Host,
        "that render",
    ),
    (
        "lichtfeld",
        "context has_trainer trainer_state trainer_error finish_reason start_training stop_training \
         pause_training resume_training reset_training prepare_training_from_scene switch_to_edit_mode \
         dataset_params optimization_params MaskMode",
        Host,
        "that train",
    ),
    ("lichtfeld", "app force_exit", Host, "with a window"),
    (
        "lichtfeld.log",
        "debug info warn warning error",
        Same,
        "into the log of the plugin",
    ),
    (
        "lichtfeld.plugins",
        "API_VERSION FEATURES discover load unload reload load_all list_loaded start_watcher \
         stop_watcher get_state get_error get_traceback startup_load_status install update uninstall \
         search install_from_registry check_updates register_capability unregister_capability invoke \
         has_capability list_capabilities settings create",
        More,
        "what has further arguments works without them",
    ),
    (
        "lichtfeld.ui",
        "Panel Operator Menu Event PanelSpace PanelOption PollDependency PanelHeightMode register_panel \
         unregister_panel request_redraw",
        More,
        "names as strings mean the same as members",
    ),
    (
        "lichtfeld.ui",
        "hook add_hook remove_hook clear_hooks clear_all_hooks get_hook_points invoke_hooks",
        More,
        "`invoke_hooks` takes the layout: an application calls it while it draws a panel",
    ),
    (
        "lichtfeld.ui",
        "PanelInfo PanelSummary get_panel get_panel_names get_main_panel_tabs is_panel_enabled \
         set_panel_enabled set_panel_label set_panel_order set_panel_space set_panel_parent",
        Same,
        "counts until the panel is registered again",
    ),
    (
        "lichtfeld.ui",
        "tr loc_set loc_clear loc_clear_all set_language get_current_language get_languages context",
        More,
        "`loc_set` takes a language, `loc_load` reads files; texts go with their plugin",
    ),
    (
        "lichtfeld.ui",
        "open_folder_dialog open_image_dialog open_environment_map_dialog open_ply_file_dialog \
         open_mesh_file_dialog open_checkpoint_file_dialog open_ppisp_file_dialog open_json_file_dialog \
         open_csv_file_dialog open_xml_file_dialog open_las_file_dialog open_video_file_dialog \
         open_dataset_folder_dialog select_colmap_sparse_folder_dialog save_las_file_dialog \
         save_laz_file_dialog save_json_file_dialog save_png_file_dialog save_jpg_file_dialog \
         save_ply_file_dialog save_sog_file_dialog save_spz_file_dialog save_usd_file_dialog \
         save_usdz_file_dialog save_html_file_dialog save_rad_file_dialog has_clipboard_image \
         save_clipboard_image reveal_in_file_manager show_confirm_dialog",
        More,
        "with `_async`; the application's front end answers, else it is as if the user had cancelled",
    ),
    (
        "lichtfeld.ui",
        "message_dialog confirm_dialog input_dialog",
        More,
        "the result can be awaited",
    ),
    (
        "lichtfeld.ui",
        "set_clipboard_text open_url",
        Same,
        "if the application answers it",
    ),
    (
        "lichtfeld.ui",
        "theme get_theme themes get_ui_scale get_ui_scale_preference set_theme set_ui_scale Theme \
         ThemePalette ThemeSizes ThemeVignette",
        More,
        "`theme().is_dark`; the application provides the theme, else it is a dark one",
    ),
    (
        "lichtfeld.ui",
        "set_modal_event_callback ModalEventType load_camera_path save_camera_path get_export_state \
         get_active_tool set_active_operator get_clipboard_image_texture set_theme_vignette_enabled \
         set_theme_vignette_intensity set_theme_vignette_style",
        Host,
        "with a window",
    ),
    ("lichtfeld.ui", "rml", Same, "documents of panels"),
    (
        "lichtfeld.ui",
        "DynamicTexture free_plugin_textures",
        More,
        "any array, of any process; `version`; textures are freed with their plugin",
    ),
    (
        "lichtfeld.ui",
        "load_plugin_icon free_plugin_icons",
        Host,
        "that render",
    ),
    (
        "lichtfeld.ui.ops",
        "invoke poll modal cancel cancel_modal",
        More,
        "`cancel_modal` takes an id",
    ),
    (
        "lichtfeld.ui.rml",
        "RmlContext RmlDocument RmlElement RmlEvent DataModelConstructor DataModelHandle get_document",
        Same,
        "",
    ),
    ("lichtfeld.packages", "uv_path", Same, ""),
    (
        "lfs_plugins",
        "Panel Operator Menu PluginManager PluginInfo PluginState PluginInstance PluginError \
         PluginLoadError PluginDependencyError PluginLoadCancelled PluginVersionError RegistryError \
         RegistryOfflineError PluginNotFoundError VersionNotFoundError RegistryClient \
         RegistryPluginInfo RegistryVersionInfo Capability CapabilityRegistry CapabilitySchema \
         PluginContext SceneContext ViewContext CapabilityBroker PluginSettings SettingsManager \
         create_plugin ScrubFieldController ScrubFieldSpec",
        Same,
        "",
    ),
    (
        "lfs_plugins.types",
        "Panel Operator Menu Event",
        More,
        "an event has the fields that its sender does not name, with defaults",
    ),
    (
        "lfs_plugins.event",
        "Event set_last_event get_last_event",
        Same,
        "",
    ),
    (
        "lfs_plugins.props",
        "Property FloatProperty IntProperty BoolProperty StringProperty EnumProperty \
         FloatVectorProperty IntVectorProperty PropertyGroup PropSubtype",
        More,
        "`validate`; annotations; a list of items may be a function",
    ),
    (
        "lfs_plugins.props",
        "TensorProperty CollectionProperty PointerProperty",
        More,
        "a tensor that cannot be moved to its device stays where it is; a pointer is never empty at first",
    ),
    (
        "lfs_plugins.ui.signals",
        "Signal ComputedSignal ThrottledSignal Batch batch",
        Same,
        "a subscription ends with the plugin of its callback",
    ),
    (
        "lfs_plugins.ui.subscription_registry",
        "SubscriptionRegistry",
        Same,
        "",
    ),
    (
        "lfs_plugins.ui.store",
        "RuntimeState StateSignal PanelStateBinding native_value invalidate_panel batch_updates \
         new_bug_report_state",
        More,
        "`RuntimeState.update(...)`; a field that the host does not set has its initial value",
    ),
    (
        "lfs_plugins.ui.state",
        "AppState AppStore NativeAppStore",
        Same,
        "names of `RuntimeState`",
    ),
    (
        "lfs_plugins.tools",
        "ToolRegistry register unregister",
        Same,
        "built-in tools are those that the application registers",
    ),
    (
        "lfs_plugins.tool_defs.definition",
        "ToolDef SubmodeDef PivotModeDef ContextLike",
        Same,
        "",
    ),
    (
        "lfs_plugins.scrub_fields",
        "ScrubFieldController ScrubFieldSpec",
        Same,
        "for documents, which are the host's",
    ),
    (
        "lfs_plugins.op_context",
        "OperatorContext get_context reset_context",
        More,
        "it has all that `poll` receives",
    ),
    (
        "lfs_plugins.context",
        "PluginContext SceneContext ViewContext CapabilityBroker",
        Same,
        "attributes are those of the application's objects",
    ),
    (
        "lfs_plugins.icon_manager",
        "get_icon get_ui_icon get_scene_icon get_plugin_icon",
        Same,
        "0 if the application has no `load_icon`",
    ),
    (
        "lfs_plugins.compat",
        "validate_specifier validate_required_features missing_required_manifest_fields \
         validate_manifest_compatibility_fields compatibility_errors PLUGIN_API_VERSION \
         LICHTFELD_VERSION SUPPORTED_PLUGIN_FEATURES",
        More,
        "`has_feature`, `satisfies`",
    ),
    (
        "lfs_plugins.utils",
        "get_gpu_memory",
        Missing,
        "helpers of the application's own panels; the error says what to use instead",
    ),
];

/// The text of the page.
pub(crate) fn page() -> Result<String> {
    let mut page = String::from(
        "# Names of the existing API\n\n\
         <!-- Generated by `cargo xtask codegen`; edit xtask/src/compatibility.rs. -->\n\n\
         The names that published plugins use, and what becomes of each.\n\n\
         | word | meaning |\n\
         |---|---|\n\
         | same | it works as plugins expect |\n\
         | more | it works as plugins expect, and does more |\n\
         | host | the application offers it; without that it is an AttributeError that says which kind of host has it |\n\
         | missing | it does not exist |\n",
    );
    let mut module = "";
    for &(of, names, here, note) in ROWS {
        if of != module {
            module = of;
            let _ = write!(page, "\n## {of}\n\n| name | here | note |\n|---|---|---|\n");
        }
        for name in names.split_whitespace() {
            let hosts = if here == Host { "hosts " } else { "" };
            let _ = writeln!(page, "| `{name}` | {} | {hosts}{note} |", here.word());
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_name_is_listed_once_and_each_module_together() {
        let mut seen = HashSet::new();
        let mut modules = Vec::new();
        for (module, names, ..) in ROWS {
            if modules.last() != Some(module) {
                assert!(!modules.contains(module), "{module} comes twice");
                modules.push(module);
            }
            for name in names.split_whitespace() {
                assert!(seen.insert((module, name)), "{module}.{name} comes twice");
            }
        }
    }
}
