"""Definitions of the preprocessing layers for generate.py: --definitions preprocessing.py --only layers --out DIR.

Images of integers have no gradients; random factors whose bounds are equal make a training call deterministic.
"""
from refgen.core import I, N, U
from refgen.layer_table import E, K2, K3, TWO


def _images():
    out = []

    def add(name, build, *inputs, training=None, flavours=TWO, dtype="float32"):
        how = "layer(x0)" if training is None else f"layer(x0, training={training})"
        call = (lambda l, x: l(x[0])) if training is None else (lambda l, x: l(x[0], training=training))
        out.append(E(name, build, *inputs, call=call, how=how, flavours=flavours, dtype=dtype))

    image, wide = I(2, 4, 5, 3, hi=256), I(2, 3, 7, 3, hi=256)
    floats = U(2, 4, 5, 3, hi=255)
    for method in ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", "area", "gaussian", "mitchellcubic"):
        flavours = K2 if method in ("area", "gaussian", "mitchellcubic") else TWO
        add(f"resizing_{method}", lambda K, m=method: K.layers.Resizing(3, 4, interpolation=m), image if method == "area" else floats, flavours=flavours)
        add(f"resizing_{method}_up", lambda K, m=method: K.layers.Resizing(5, 7, interpolation=m), image if method == "area" else floats, flavours=flavours)
    add("resizing_integers", lambda K: K.layers.Resizing(3, 4), image)
    add("resizing_float64", lambda K: K.layers.Resizing(3, 4), floats, dtype="float64")
    add("resizing_same", lambda K: K.layers.Resizing(4, 5), floats, dtype="float64")
    add("resizing_single", lambda K: K.layers.Resizing(3, 4), U(4, 5, 3, hi=255))
    add("resizing_crop", lambda K: K.layers.Resizing(3, 2, crop_to_aspect_ratio=True), floats)
    add("resizing_crop_wide", lambda K: K.layers.Resizing(4, 3, crop_to_aspect_ratio=True), wide)
    add("resizing_pad", lambda K: K.layers.Resizing(3, 2, pad_to_aspect_ratio=True, fill_value=7.0), floats, flavours=K3)
    add("resizing_pad_wide", lambda K: K.layers.Resizing(4, 3, pad_to_aspect_ratio=True), U(2, 3, 7, 3, hi=255), flavours=K3)
    add("resizing_antialias", lambda K: K.layers.Resizing(2, 2, antialias=True), floats, flavours=K3)
    add("resizing_first", lambda K: K.layers.Resizing(3, 4, data_format="channels_first"), U(2, 3, 4, 5, hi=255), flavours=K3)
    add("center_crop", lambda K: K.layers.CenterCrop(2, 3), floats)
    add("center_crop_single", lambda K: K.layers.CenterCrop(2, 3), U(4, 5, 3, hi=255))
    add("center_crop_smaller", lambda K: K.layers.CenterCrop(6, 4), floats)
    add("center_crop_wide", lambda K: K.layers.CenterCrop(4, 3), image)
    add("center_crop_first", lambda K: K.layers.CenterCrop(2, 3, data_format="channels_first"), U(2, 3, 4, 5, hi=255), flavours=K3)
    for name, build, flavours in (
        ("crop", lambda K: K.layers.RandomCrop(3, 4), TWO), ("flip", lambda K: K.layers.RandomFlip(), TWO),
        ("translation", lambda K: K.layers.RandomTranslation(0.3, 0.2), TWO), ("rotation", lambda K: K.layers.RandomRotation(0.2), TWO),
        ("zoom", lambda K: K.layers.RandomZoom(0.3), TWO), ("contrast", lambda K: K.layers.RandomContrast(0.3), TWO),
        ("brightness", lambda K: K.layers.RandomBrightness(0.3), TWO), ("height", lambda K: K.layers.RandomHeight(0.3), K2), ("width", lambda K: K.layers.RandomWidth(0.3), K2),
        ("color_degeneration", lambda K: K.layers.RandomColorDegeneration(0.3), K3), ("grayscale", lambda K: K.layers.RandomGrayscale(0.3), K3),
        ("hue", lambda K: K.layers.RandomHue(0.3), K3), ("invert", lambda K: K.layers.RandomInvert(0.3), K3), ("posterization", lambda K: K.layers.RandomPosterization(4), K3),
        ("saturation", lambda K: K.layers.RandomSaturation(0.3), K3), ("sharpness", lambda K: K.layers.RandomSharpness(0.3), K3),
        ("shear", lambda K: K.layers.RandomShear(0.3, 0.2), K3), ("perspective", lambda K: K.layers.RandomPerspective(0.5), K3),
        ("gaussian_blur", lambda K: K.layers.RandomGaussianBlur(), K3), ("erasing", lambda K: K.layers.RandomErasing(), K3),
        ("elastic", lambda K: K.layers.RandomElasticTransform(), K3), ("color_jitter", lambda K: K.layers.RandomColorJitter(brightness_factor=0.3), K3),
        ("solarization", lambda K: K.layers.Solarization(0.2, 0.3), K3), ("equalization", lambda K: K.layers.Equalization(), K3),
        ("auto_contrast", lambda K: K.layers.AutoContrast(), K3), ("rand_augment", lambda K: K.layers.RandAugment(), K3), ("aug_mix", lambda K: K.layers.AugMix(), K3),
        ("cut_mix", lambda K: K.layers.CutMix(), K3), ("mix_up", lambda K: K.layers.MixUp(), K3),
        ("clahe", lambda K: K.layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2)), K3),
    ):
        add(f"{name}_inference", build, image, training=False, flavours=flavours)

    modes = [dict(), dict(fill_mode="constant", fill_value=9.0), dict(fill_mode="nearest"), dict(fill_mode="wrap")]
    for i, kw in enumerate(modes):
        add(f"translation_training_{i}", lambda K, kw=kw: K.layers.RandomTranslation((0.3, 0.3), (-0.2, -0.2), **kw), image, training=True)
        add(f"rotation_training_{i}", lambda K, kw=kw: K.layers.RandomRotation((0.07, 0.07), **kw), image, training=True)
        add(f"zoom_training_{i}", lambda K, kw=kw: K.layers.RandomZoom((0.3, 0.3), (-0.2, -0.2), **kw), image, training=True)
    add("translation_single", lambda K: K.layers.RandomTranslation((0.3, 0.3), (-0.2, -0.2)), I(4, 5, 3, hi=256), training=True)
    add("rotation_first", lambda K: K.layers.RandomRotation((0.07, 0.07), data_format="channels_first"), I(2, 3, 4, 5, hi=256), training=True, flavours=K3)
    add("zoom_one_factor", lambda K: K.layers.RandomZoom((0.3, 0.3)), image, training=True)
    add("crop_training_smaller", lambda K: K.layers.RandomCrop(6, 4), image, training=True)
    add("crop_training_same", lambda K: K.layers.RandomCrop(4, 5), image, training=True)
    add("crop_inference_smaller", lambda K: K.layers.RandomCrop(6, 4), image, training=False)
    add("contrast_training", lambda K: K.layers.RandomContrast((-0.3, 0.3)), floats, training=True, flavours=K3)
    add("contrast_range", lambda K: K.layers.RandomContrast((-0.3, 0.3), value_range=(0, 200)), floats, training=True, flavours=K3)
    add("brightness_training", lambda K: K.layers.RandomBrightness((0.3, 0.3)), floats, training=True)
    add("brightness_range", lambda K: K.layers.RandomBrightness((-0.2, -0.2), value_range=(10, 200)), floats, training=True)
    add("height_training", lambda K: K.layers.RandomHeight((0.5, 0.5)), image, training=True, flavours=K2)
    add("width_training", lambda K: K.layers.RandomWidth((-0.4, -0.4), interpolation="nearest"), image, training=True, flavours=K2)

    unit = U(2, 4, 5, 3)
    add("auto_contrast", lambda K: K.layers.AutoContrast(), floats, flavours=K3)
    add("auto_contrast_unit", lambda K: K.layers.AutoContrast(value_range=(0, 1)), unit, flavours=K3)
    add("equalization", lambda K: K.layers.Equalization(), image, training=True, flavours=K3)
    add("equalization_unit", lambda K: K.layers.Equalization(value_range=(0, 1), bins=64), unit, training=True, flavours=K3)
    add("equalization_first", lambda K: K.layers.Equalization(data_format="channels_first"), I(2, 3, 4, 5, hi=256), training=True, flavours=K3)
    add("solarization", lambda K: K.layers.Solarization(0.0, (0.0, 0.0)), floats, training=True, flavours=K3)
    add("color_degeneration", lambda K: K.layers.RandomColorDegeneration((0.4, 0.4)), floats, training=True, flavours=K3)
    add("grayscale", lambda K: K.layers.RandomGrayscale(1.0), floats, training=True, flavours=K3)
    add("grayscale_never", lambda K: K.layers.RandomGrayscale(0.0), floats, training=True, flavours=K3)
    add("hue", lambda K: K.layers.RandomHue((1.0, 1.0)), image, training=True, flavours=K3)
    add("hue_unit", lambda K: K.layers.RandomHue((1.0, 1.0), value_range=(0, 1)), unit, training=True, flavours=K3)
    add("invert", lambda K: K.layers.RandomInvert((1.0, 1.0)), floats, training=True, flavours=K3)
    add("posterization", lambda K: K.layers.RandomPosterization((3, 3)), image, training=True, flavours=K3)
    add("posterization_unit", lambda K: K.layers.RandomPosterization((5, 5), value_range=(0, 1)), unit, training=True, flavours=K3)
    add("saturation", lambda K: K.layers.RandomSaturation((0.3, 0.3)), floats, training=True, flavours=K3)
    add("saturation_unit", lambda K: K.layers.RandomSaturation((0.8, 0.8), value_range=(0, 1)), unit, training=True, flavours=K3)
    add("sharpness", lambda K: K.layers.RandomSharpness((0.2, 0.2)), floats, training=True, flavours=K3)
    add("sharpness_first", lambda K: K.layers.RandomSharpness((0.8, 0.8), data_format="channels_first"), U(2, 3, 4, 5, hi=255), training=True, flavours=K3)
    add("gaussian_blur", lambda K: K.layers.RandomGaussianBlur(factor=(1.0, 1.0), kernel_size=3, sigma=(0.8, 0.8)), floats, training=True, flavours=K3)
    add("gaussian_blur_oblong", lambda K: K.layers.RandomGaussianBlur(factor=(1.0, 1.0), kernel_size=(3, 5), sigma=(0.7, 0.7)), floats, training=True, flavours=K3)
    add("erasing_everything", lambda K: K.layers.RandomErasing(factor=(1.0, 1.0), scale=(1.0, 1.0), fill_value=7.0), floats, training=True, flavours=K3)
    add("clahe", lambda K: K.layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2)), image, flavours=K3)
    add("clahe_padded", lambda K: K.layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(3, 2), clip_limit=1.5, value_range=(0, 1)), U(2, 4, 5, 3), flavours=K3)
    return out


def _audio():
    out = []

    def add(name, build, *inputs, dtype="float64"):
        out.append(E(name, build, *inputs, flavours=K3, dtype=dtype))

    for mode in ("log", "magnitude", "psd", "real", "imag", "angle", "stft"):
        add(f"stft_{mode}", lambda K, m=mode: K.layers.STFTSpectrogram(mode=m, frame_length=16, frame_step=8), N(2, 40, 2))
    for i, kw in enumerate((dict(window="hamming"), dict(window="blackman", periodic=True), dict(window=None, scaling=None), dict(scaling="spectrum", padding="same"),
                            dict(fft_length=32, expand_dims=True))):
        add(f"stft_{i}", lambda K, kw=kw: K.layers.STFTSpectrogram(mode="psd", frame_length=16, **kw), N(2, 40, 1))
    for i, kw in enumerate((dict(), dict(power_to_db=False), dict(sequence_length=24, window="hamming", mag_exp=1.0, max_freq=3000.0, min_freq=50.0), dict(top_db=20.0, ref_power=2.0))):
        add(f"mel_{i}", lambda K, kw=kw: K.layers.MelSpectrogram(**{**dict(fft_length=32, sequence_stride=16, sampling_rate=8000, num_mel_bins=6), **kw}), N(2, 100), dtype="float32")
    add("mel_single", lambda K: K.layers.MelSpectrogram(fft_length=32, sequence_stride=16, sampling_rate=8000, num_mel_bins=6), N(100), dtype="float32")
    return out


LAYER_GROUPS = {"preprocessing": _images, "audio": _audio}
