using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>Blocks of volumes as vectors. Python: <c>tf.extract_volume_patches</c>.</summary>
    /// <param name="input">The volumes, shape [batch, depth, height, width, channels].</param>
    /// <param name="sizes">The size of a block, five numbers of which the outer ones are 1.</param>
    /// <param name="strides">The steps, five numbers of which the outer ones are 1.</param>
    /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
    /// <returns>The blocks, flattened in the last dimension.</returns>
    public static Tensor ExtractVolumePatches(Tensor input, int[] sizes, int[] strides, string padding)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(strides);
        return RawOps.ExtractVolumePatches(input, Widen(sizes), Widen(strides), padding);
    }

    /// <summary>Images, shape [batch, height, width, channels]. Python: <c>tf.image</c>.</summary>
    public static partial class Image
    {
        /// <summary>Images of another size. Python: <c>tf.image.resize</c>.</summary>
        /// <param name="images">The images, shape [batch, height, width, channels].</param>
        /// <param name="height">The new height.</param>
        /// <param name="width">The new width.</param>
        /// <param name="method"><c>bilinear</c>, the default, <c>nearest</c>, <c>bicubic</c>, <c>area</c>, <c>lanczos3</c>,
        /// <c>lanczos5</c>, <c>gaussian</c> or <c>mitchellcubic</c>.</param>
        /// <param name="antialias">Whether the filter is widened where images shrink.</param>
        /// <returns>The images, float32 except for <c>nearest</c>.</returns>
        public static Tensor Resize(Tensor images, int height, int width, string method = "bilinear", bool antialias = false) =>
            Scoped(() => Resize(images, Tensor.From([height, width]), method, antialias));

        /// <summary>Images of a size that may be computed. Python: <c>tf.image.resize</c>.</summary>
        /// <param name="images">The images, shape [batch, height, width, channels].</param>
        /// <param name="size">The new height and width, int32, shape [2].</param>
        /// <param name="method">As for a known size.</param>
        /// <param name="antialias">Whether the filter is widened where images shrink.</param>
        /// <returns>The images, float32 except for <c>nearest</c>.</returns>
        public static Tensor Resize(Tensor images, Tensor size, string method = "bilinear", bool antialias = false)
        {
            ArgumentNullException.ThrowIfNull(images);
            return Scoped(() =>
            {
                Tensor Scaled(string kernel)
                {
                    Tensor source = RawOps.Cast(RawOps.Shape(images)[1..3], DType.Float32);
                    return RawOps.ScaleAndTranslate(images, size, RawOps.Cast(size, DType.Float32) / source, Zeros([2]), kernel, antialias);
                }

                return method switch
                {
                    "nearest" => RawOps.ResizeNearestNeighbor(images, size, halfPixelCenters: true),
                    "area" => RawOps.ResizeArea(images, size),
                    "bilinear" => antialias ? Scaled("triangle") : RawOps.ResizeBilinear(images, size, halfPixelCenters: true),
                    "bicubic" => antialias ? Scaled("keyscubic") : RawOps.ResizeBicubic(images, size, halfPixelCenters: true),
                    "lanczos3" or "lanczos5" or "gaussian" or "mitchellcubic" => Scaled(method),
                    _ => throw new TfLbfgsException(
                        "Tf.Image.Resize: expected bilinear, nearest, bicubic, area, lanczos3, lanczos5, gaussian or mitchellcubic, "
                            + $"received '{method}'."),
                };
            });
        }

        /// <summary>Parts of images, each resized. Python: <c>tf.image.crop_and_resize</c>.</summary>
        /// <param name="images">The images, shape [batch, height, width, channels].</param>
        /// <param name="boxes">The parts, [y1, x1, y2, x2] from 0 to 1, float32, shape [n, 4].</param>
        /// <param name="boxIndices">The image of each part, int32, shape [n].</param>
        /// <param name="cropHeight">The height of the result.</param>
        /// <param name="cropWidth">The width of the result.</param>
        /// <param name="method"><c>bilinear</c>, the default, or <c>nearest</c>.</param>
        /// <param name="extrapolationValue">What stands outside of the image.</param>
        /// <returns>The parts, float32, shape [n, cropHeight, cropWidth, channels].</returns>
        public static Tensor CropAndResize(
            Tensor images, Tensor boxes, Tensor boxIndices, int cropHeight, int cropWidth, string method = "bilinear",
                float extrapolationValue = 0) =>
            Scoped(() => RawOps.CropAndResize(images, boxes, boxIndices, Tensor.From([cropHeight, cropWidth]), method, extrapolationValue));

        /// <summary>Blocks of images as vectors. Python: <c>tf.image.extract_patches</c>.</summary>
        /// <param name="images">The images, shape [batch, height, width, channels].</param>
        /// <param name="sizes">The size of a block, four numbers of which the outer ones are 1.</param>
        /// <param name="strides">The steps, four numbers of which the outer ones are 1.</param>
        /// <param name="rates">The distances of the block's elements, four numbers of which the outer ones are 1.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <returns>The blocks, flattened in the last dimension.</returns>
        public static Tensor ExtractPatches(Tensor images, int[] sizes, int[] strides, int[] rates, string padding)
        {
            ArgumentNullException.ThrowIfNull(sizes);
            ArgumentNullException.ThrowIfNull(strides);
            ArgumentNullException.ThrowIfNull(rates);
            return RawOps.ExtractImagePatches(images, Widen(sizes), Widen(strides), Widen(rates), padding);
        }

        /// <summary>Images mirrored left to right. Python: <c>tf.image.flip_left_right</c>.</summary>
        /// <param name="images">The images, shape [..., height, width, channels].</param>
        /// <returns>The mirrored images.</returns>
        public static Tensor FlipLeftRight(Tensor images) => Reverse(images, -2);

        /// <summary>Images mirrored upside down. Python: <c>tf.image.flip_up_down</c>.</summary>
        /// <param name="images">The images, shape [..., height, width, channels].</param>
        /// <returns>The mirrored images.</returns>
        public static Tensor FlipUpDown(Tensor images) => Reverse(images, -3);

        /// <summary>The brightness of images. Python: <c>tf.image.rgb_to_grayscale</c>.</summary>
        /// <param name="images">The images, floating-point, shape [..., height, width, 3].</param>
        /// <returns>The brightness, shape [..., height, width, 1].</returns>
        public static Tensor RgbToGrayscale(Tensor images)
        {
            ArgumentNullException.ThrowIfNull(images);
            return Scoped(() =>
                TensorDot(images, Cast(Constant([0.2989, 0.5870, 0.1140]), images.DType), [-1], [0])[TensorIndex.Ellipsis,
                TensorIndex.NewAxis]);
        }

        /// <summary>Images whose distances from the mean of their channel are scaled. Python: <c>tf.image.adjust_contrast</c>.</summary>
        /// <param name="images">The images, float32, shape [..., height, width, channels].</param>
        /// <param name="factor">The factor.</param>
        /// <returns>The images.</returns>
        public static Tensor AdjustContrast(Tensor images, float factor) =>
            Scoped(() => RawOps.AdjustContrastv2(images, Tensor.Scalar(factor)));

        /// <summary>Images with a number added. Python: <c>tf.image.adjust_brightness</c>.</summary>
        /// <param name="images">The images, floating-point.</param>
        /// <param name="delta">The number.</param>
        /// <returns>The images.</returns>
        public static Tensor AdjustBrightness(Tensor images, double delta) => images + delta;
    }
}
