using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Measures of how alike images are, and of their edges.</content>
    public static partial class Image
    {
        /// <summary>The peak signal-to-noise ratio of images, in decibels. Python: <c>tf.image.psnr</c>.</summary>
        /// <param name="first">The images, shape [..., height, width, channels].</param>
        /// <param name="second">The images they are compared with, of the same shape.</param>
        /// <param name="maxValue">The difference between the largest and the smallest value of images.</param>
        /// <returns>The ratio of each image, shape [...]; infinity for equal images.</returns>
        public static Tensor Psnr(Tensor first, Tensor second, double maxValue) => Scoped(() =>
        {
            Tensor error = ReduceMean(Square(first - second), [-3, -2, -1]);
            return (20 * System.Math.Log10(maxValue)) - (Log(error) * (10 / System.Math.Log(10)));
        });

        /// <summary>
        /// The structural similarity of images: the mean over a Gaussian window, the channels and the image. Python: <c>tf.image.ssim</c>;
        /// Wang et al., IEEE Trans. Image Process. 13 (2004).
        /// </summary>
        /// <param name="first">The images, shape [batch, height, width, channels].</param>
        /// <param name="second">The images they are compared with, of the same shape.</param>
        /// <param name="maxValue">The difference between the largest and the smallest value of images.</param>
        /// <param name="filterSize">The size of the window, default 11.</param>
        /// <param name="filterSigma">The standard deviation of the window, default 1.5.</param>
        /// <param name="k1">The constant of the means, default 0.01.</param>
        /// <param name="k2">The constant of the variances, default 0.03.</param>
        /// <returns>The similarity of each image, shape [batch], at most 1.</returns>
        public static Tensor Ssim(
            Tensor first, Tensor second, double maxValue, int filterSize = 11, double filterSigma = 1.5, double k1 = 0.01, double k2 = 0.03)
        {
            ArgumentNullException.ThrowIfNull(first);
            ArgumentNullException.ThrowIfNull(second);
            if (first.Rank != 4 || second.Rank != 4 || first.Shape[1] < filterSize || first.Shape[2] < filterSize || first.Shape[3] < 1)
            {
                throw new TfLbfgsException(
                    $"Tf.Image.Ssim: expected two batches of images with a known size of at least {filterSize} by {filterSize} and known "
                    + $"channels, received {first.Describe()} and {second.Describe()}. Take a smaller filterSize.");
            }

            return Scoped(() =>
            {
                double[] weights = [.. Enumerable.Range(0, filterSize).Select(i => Weight(i - ((filterSize - 1) / 2.0)))];
                double total = weights.Sum() * weights.Sum();
                double[] window = [.. weights.SelectMany(row => weights.Select(column => row * column / total))];
                Tensor kernel = Tile(
                    Cast(Tensor.From<double>(window, [filterSize, filterSize, 1, 1]), first.DType), 1, 1, (int)first.Shape[3], 1);
                Tensor Mean(Tensor images) => NN.DepthwiseConv2D(images, kernel, [1], "VALID");

                double c1 = k1 * maxValue * (k1 * maxValue), c2 = k2 * maxValue * (k2 * maxValue);
                Tensor x = Mean(first), y = Mean(second), product = x * y * 2.0, squares = Square(x) + Square(y);
                Tensor luminance = (product + c1) / (squares + c1);
                Tensor contrast = ((Mean(first * second) * 2.0) - product + c2) / (Mean(Square(first) + Square(second)) - squares + c2);
                return ReduceMean(luminance * contrast, [1, 2, 3]);
            });

            double Weight(double distance) => System.Math.Exp(-0.5 * distance * distance / (filterSigma * filterSigma));
        }

        /// <summary>The derivatives of images by the Sobel operator. Python: <c>tf.image.sobel_edges</c>.</summary>
        /// <param name="images">The images, shape [batch, height, width, channels], the channels known.</param>
        /// <returns>The derivatives along rows and along columns, shape [batch, height, width, channels, 2].</returns>
        public static Tensor SobelEdges(Tensor images)
        {
            ArgumentNullException.ThrowIfNull(images);
            return Scoped(() =>
            {
                float[] kernels = [-1, -1, -2, 0, -1, 1, 0, -2, 0, 0, 0, 2, 1, -1, 2, 0, 1, 1];
                Tensor kernel = Tile(Cast(Tensor.From<float>(kernels, [3, 3, 1, 2]), images.DType), 1, 1, (int)images.Shape[3], 1);
                Tensor padded = RawOps.MirrorPad(images, Tensor.From(new[,] { { 0, 0 }, { 1, 1 }, { 1, 1 }, { 0, 0 } }), "REFLECT");
                Tensor edges = NN.DepthwiseConv2D(padded, kernel, [1], "VALID");
                return Reshape(edges, Concat([Shape(images), Tensor.From<int>([2])], 0));
            });
        }
    }
}
