"""The calls of the library as functions; run as a program, this file serves them to its parent.

The library cannot be stopped within one large image, and ends the process if the disk is full. So it
runs in a process of its own, which can be killed at any moment without harm to the application. This
file imports nothing of the plugin: the process runs this file alone, with the plugin's own Python.

Requests are lines on standard input (``{"call": name, "request": {...}}``), answers are lines on
standard output: ``{"report": value}`` any number of times, then ``{"result": ...}`` or
``{"error": {...}}``. It ends when its standard input does, so it never outlives its parent.
"""

import json
import os
import sys
import time

LOCKED = "No registered database factory succeeded"
"""What the library says if it cannot open a database, because another process has it locked."""

def _library():
    import pycolmap

    pycolmap.logging.minloglevel = 2
    return pycolmap


def _when_free(function, *arguments, **options):
    """Calls a function of the library that begins by opening a database.

    Whoever counts the rows of a database, as the application does for its progress, has it locked
    for moments, and the library does not wait. Tries for about six seconds.
    """
    for attempt in range(7):
        try:
            return function(*arguments, **options)
        except RuntimeError as error:
            if LOCKED not in str(error):
                raise
        time.sleep(0.05 * 2**attempt)
    return function(*arguments, **options)


def _opened(database):
    return _when_free(_library().Database.open, database)


def inspect(request, report):
    """Returns ``{name: [width, height]}``; for a file that is no image, the reason in its place."""
    pycolmap = _library()
    found = {}
    for name in request["names"]:
        try:
            bitmap = pycolmap.Bitmap.read(os.path.join(request["image_path"], name), False)
            if bitmap is None or bitmap.is_empty:
                found[name] = ""
            else:
                found[name] = [bitmap.width, bitmap.height]
        except Exception as error:
            found[name] = str(error)
        report(len(found))
    return found


def facts(request, report):
    """Returns what a database has.

    ``images`` is ``{name: [features or None, camera, number]}``, ``places`` the number of images
    with a GPS position.
    """
    images = {}
    if not os.path.exists(request["database"]):
        return {"images": images, "places": 0}
    with _opened(request["database"]) as opened:
        for image in opened.read_all_images():
            known = opened.exists_descriptors(image.image_id)
            count = opened.num_keypoints_for_image(image.image_id) if known else None
            images[image.name] = [count, image.camera_id, image.image_id]
        return {"images": images, "places": opened.num_pose_priors()}


def _cameras(pycolmap, request, group):
    reader = pycolmap.ImageReaderOptions(camera_model=request["camera_model"])
    if group["camera"] is not None:
        reader.existing_camera_id = group["camera"]
    modes = pycolmap.CameraMode
    return (modes.PER_IMAGE if group["alone"] else modes.SINGLE), reader


def enroll(request, report):
    """Adds images and their cameras without features; `merge` adds those."""
    pycolmap = _library()
    _opened(request["database"]).close()
    for group in request["groups"]:
        mode, reader = _cameras(pycolmap, request, group)
        _when_free(
            pycolmap.import_images,
            request["database"],
            request["image_path"],
            mode,
            group["names"],
            reader,
        )


def extract(request, report):
    """Extracts features of groups of images; the images of a group share a camera unless ``alone``."""
    pycolmap = _library()
    options = pycolmap.FeatureExtractionOptions()
    options.max_image_size = request["max_image_size"]
    options.sift.max_num_features = request["max_num_features"]
    options.use_gpu = bool(request["use_gpu"] and pycolmap.has_cuda)
    for group in request["groups"]:
        mode, reader = _cameras(pycolmap, request, group)
        _when_free(
            pycolmap.extract_features,
            request["database"],
            request["image_path"],
            image_names=group["names"],
            camera_mode=mode,
            reader_options=reader,
            extraction_options=options,
        )


def match(request, report):
    """Compares the images of a database and returns the number of matched pairs."""
    pycolmap = _library()
    options = pycolmap.FeatureMatchingOptions()
    options.use_gpu = bool(request["use_gpu"] and pycolmap.has_cuda)
    kind = request["kind"]
    if kind == "exhaustive":
        pairing = pycolmap.ExhaustivePairingOptions(block_size=request["block_size"])
        function = pycolmap.match_exhaustive
    elif kind == "sequential":
        pairing = pycolmap.SequentialPairingOptions(overlap=request["overlap"])
        function = pycolmap.match_sequential
    elif kind == "spatial":
        pairing = pycolmap.SpatialPairingOptions()
        function = pycolmap.match_spatial
    elif kind == "listed":
        pairing = pycolmap.ImportedPairingOptions(match_list_path=request["list"])
        function = pycolmap.match_image_pairs
    else:
        pairing = pycolmap.VocabTreePairingOptions(vocab_tree_path=request["vocab_tree_path"])
        function = pycolmap.match_vocabtree
    _when_free(function, request["database"], matching_options=options, pairing_options=pairing)
    with _opened(request["database"]) as opened:
        return opened.num_matched_image_pairs()


def reconstruct(request, report):
    """Writes the models of a database to ``target/0`` ..., the largest first; returns facts about each.

    Reads every model back: a full disk cuts files off without an error.
    """
    pycolmap = _library()
    options = pycolmap.IncrementalPipelineOptions()
    # By default the library drops models of fewer than ten images.
    options.min_model_size = min(options.min_model_size, request["min_model_size"])
    registered = [0]

    def first_pair():
        registered[0] = max(registered[0], 2)
        report(registered[0])

    def next_image():
        registered[0] += 1
        report(registered[0])

    models = _when_free(
        pycolmap.incremental_mapping,
        request["database"],
        request["image_path"],
        request["raw"],
        options=options,
        initial_image_pair_callback=first_pair,
        next_image_callback=next_image,
    )
    ordered = sorted(
        models.values(), key=lambda model: (-model.num_reg_images(), -model.num_points3D())
    )
    described = []
    for index, model in enumerate(ordered):
        folder = os.path.join(request["target"], str(index))
        os.makedirs(folder)
        model.write(folder)
        again = pycolmap.Reconstruction(folder)
        if (again.num_reg_images(), again.num_points3D()) != (
            model.num_reg_images(),
            model.num_points3D(),
        ):
            raise OSError(f"the model in {folder} was not written whole")
        described.append(
            {
                "cameras": model.num_cameras(),
                "images": model.num_reg_images(),
                "points": model.num_points3D(),
                "error": model.compute_mean_reprojection_error(),
                "track": model.compute_mean_track_length(),
            }
        )
    return described


def undistort(request, report):
    """Writes undistorted images of a model and their cameras."""
    _library().undistort_images(request["target"], request["model"], request["image_path"])


def geometry(request, report):
    """Returns a model for a picture: centres and directions of cameras, points and their colours.

    Colours are 0 to 255. Returns at most ``most`` points, chosen evenly.
    """
    model = _library().Reconstruction(request["model"])
    cameras = []
    for image in model.images.values():
        if image.has_pose:
            pose = image.cam_from_world()
            ahead = pose.rotation.matrix().T[:, 2]
            down = pose.rotation.matrix().T[:, 1]
            centre = image.projection_center()
            cameras.append([centre.tolist(), ahead.tolist(), down.tolist()])
    identifiers = sorted(model.points3D)
    step = max(1, -(-len(identifiers) // request["most"]))
    points = []
    for identifier in identifiers[::step]:
        point = model.points3D[identifier]
        points.append([point.xyz.tolist(), [int(value) for value in point.color]])
    return {"cameras": cameras, "points": points, "all": len(identifiers)}


def subset(request, report):
    """Writes a database with the features of a few images, named by their numbers in the first one."""
    wanted = set(request["names"])
    with (
        _opened(request["database"]) as whole,
        _opened(request["target"]) as part,
    ):
        images = [image for image in whole.read_all_images() if image.name in wanted]
        cameras = {image.camera_id for image in images}
        for camera in whole.read_all_cameras():
            if camera.camera_id in cameras:
                part.write_camera(camera, use_camera_id=True)
        for rig in whole.read_all_rigs():
            if rig.ref_sensor_id.id in cameras:
                part.write_rig(rig, use_rig_id=True)
        numbers = {image.image_id for image in images}
        # Frames first: the library refuses an image without its frame.
        for frame in whole.read_all_frames():
            if any(data.id in numbers for data in frame.data_ids):
                part.write_frame(frame, use_frame_id=True)
        for image in images:
            # The file of pairs separates names by a space, and names may contain spaces.
            image.name = str(image.image_id)
            part.write_image(image, use_image_id=True)
            part.write_keypoints(image.image_id, whole.read_keypoints(image.image_id))
            part.write_descriptors(image.image_id, whole.read_descriptors(image.image_id))


def merge(request, report):
    """Adds what a part of the work has found: features by name, matches by number."""
    pycolmap = _library()
    with (
        _opened(request["database"]) as whole,
        _opened(request["part"]) as part,
    ):
        if request["what"] == "features":
            numbers = {image.name: image.image_id for image in whole.read_all_images()}
            for image in part.read_all_images():
                number = numbers[image.name]
                if not whole.exists_descriptors(number):
                    whole.write_keypoints(number, part.read_keypoints(image.image_id))
                    whole.write_descriptors(number, part.read_descriptors(image.image_id))
            return
        pairs, matches = part.read_all_matches()
        for pair, found in zip(pairs, matches):
            one, two = pycolmap.pair_id_to_image_pair(pair)
            if not whole.exists_matches(one, two):
                whole.write_matches(one, two, found)
        pairs, geometries = part.read_two_view_geometries()
        for pair, found in zip(pairs, geometries):
            one, two = pycolmap.pair_id_to_image_pair(pair)
            if not whole.exists_two_view_geometry(one, two):
                whole.write_two_view_geometry(one, two, found)


CALLS = {
    call.__name__: call
    for call in (
        inspect,
        facts,
        enroll,
        extract,
        match,
        reconstruct,
        undistort,
        geometry,
        subset,
        merge,
    )
}


def _end_with_parent(stream, requests):
    """Passes requests on; ends this process when the parent has ended, even during a call."""
    for line in stream:
        requests.put(json.loads(line))
    os._exit(0)


def _watch_parent(parent):
    """Ends this process when the parent has ended, even if another child keeps the pipe open."""
    import time

    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def main():
    """Serves requests until standard input ends."""
    import queue
    import threading
    import traceback

    # Prints of the library must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    requests = queue.Queue()
    arguments = (sys.stdin.buffer, requests)
    threading.Thread(target=_end_with_parent, args=arguments, daemon=True).start()
    if os.name == "posix":
        parent = (int(sys.argv[1]),)
        threading.Thread(target=_watch_parent, args=parent, daemon=True).start()
    sys.path += [place for place in sys.argv[2:] if place not in sys.path]

    def answer(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    while True:
        asked = requests.get()
        try:
            result = CALLS[asked["call"]](asked["request"], lambda value: answer({"report": value}))
        except BaseException as error:
            answer(
                {
                    "error": {
                        "type": type(error).__name__,
                        "text": str(error),
                        "errno": getattr(error, "errno", None),
                        "traceback": traceback.format_exc(),
                    }
                }
            )
        else:
            answer({"result": result})


if __name__ == "__main__":
    main()
