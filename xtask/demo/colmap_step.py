"""Step six: photos in, sparse model out, by the COLMAP plugin."""

import shutil
import threading
import time

SILENCE = 1.0
LIMIT = 3600.0


def run(output, images, results):
    """Reconstructs ``images``; prints what was registered and the seconds of each stage."""
    import colmap

    # A result of an earlier run would be resumed, and the seconds would say nothing.
    target = results / images.name
    shutil.rmtree(target, ignore_errors=True)
    ended = threading.Event()
    ending = {}
    stages = {}
    last = {"at": 0.0, "stage": None}

    def on_progress(stage, percent, message):
        now = time.monotonic()
        stage = getattr(stage, "value", str(stage))
        if stage != last["stage"]:
            if last["stage"] is not None:
                stages[last["stage"]] = now - last["since"]
            last.update(stage=stage, since=now, at=0.0)
        if now - last["at"] >= SILENCE:
            last["at"] = now
            output.progress("colmap", f"{stage} {percent:.0f} %  {message}")

    def on_complete(result):
        ending["result"] = result
        ended.set()

    def on_error(error):
        ending["error"] = error
        ended.set()

    started = time.monotonic()
    colmap.run_pipeline_async(
        str(images),
        output_path=str(target),
        on_progress=on_progress,
        on_complete=on_complete,
        on_error=on_error,
    )
    if not ended.wait(LIMIT):
        output.fail(f"COLMAP did not end within {LIMIT:.0f} s")
        return
    seconds = time.monotonic() - started
    result = ending.get("result")
    if result is None or not result.success:
        reason = ending.get("error") or getattr(result, "error", None)
        output.fail(f"COLMAP did not succeed: {reason}")
        return
    timed = getattr(result, "stage_seconds", None) or stages
    facts = {
        "images_dir": str(images),
        "images_total": count_images(images),
        "images_registered": result.num_images,
        "points": result.num_points,
        "mean_reprojection_error_px": result.mean_reproj_error,
        "stage_seconds": {stage: round(value, 3) for stage, value in timed.items()},
        "seconds": round(seconds, 3),
        "warnings": list(result.warnings or []),
    }
    output.facts["colmap"] = facts
    output.say(
        f"   {facts['images_registered']} of {facts['images_total']} images registered, "
        f"{facts['points']} points, mean reprojection error "
        f"{facts['mean_reprojection_error_px']:.2f} px, {seconds:.1f} s"
    )
    output.table(["stage", "seconds"], [[stage, value] for stage, value in timed.items()])
    for warning in facts["warnings"]:
        output.say(f"   warning: {warning}")


def count_images(folder):
    suffixes = {".jpg", ".jpeg", ".png", ".tif", ".tiff"}
    return sum(1 for path in folder.rglob("*") if path.suffix.lower() in suffixes)
