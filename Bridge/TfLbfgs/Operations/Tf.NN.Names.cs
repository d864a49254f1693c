using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>The functions that Python has in <c>tf.nn</c> as well as elsewhere.</content>
    public static partial class NN
    {
        /// <inheritdoc cref="Math.TopK"/>
        public static (Tensor Values, Tensor Indices) TopK(Tensor x, int k = 1, bool sorted = true, DType indexType = DType.Int32) =>
            Math.TopK(x, k, sorted, indexType);

        /// <inheritdoc cref="Math.InTopK"/>
        public static Tensor InTopK(Tensor targets, Tensor predictions, int k) => Math.InTopK(targets, predictions, k);

        /// <inheritdoc cref="Math.ApproxMaxK"/>
        public static (Tensor Values, Tensor Indices) ApproxMaxK(Tensor x, int k, int reductionDimension = -1,
            float recallTarget = 0.95f) =>
            Math.ApproxMaxK(x, k, reductionDimension, recallTarget);

        /// <inheritdoc cref="Math.ApproxMinK"/>
        public static (Tensor Values, Tensor Indices) ApproxMinK(Tensor x, int k, int reductionDimension = -1,
            float recallTarget = 0.95f) =>
            Math.ApproxMinK(x, k, reductionDimension, recallTarget);

        /// <inheritdoc cref="Math.ZeroFraction"/>
        public static Tensor ZeroFraction(Tensor x) => Math.ZeroFraction(x);

        /// <inheritdoc cref="Tf.SpaceToBatch"/>
        public static Tensor SpaceToBatch(Tensor input, int[] blockShape, int[,] paddings) => Tf.SpaceToBatch(input, blockShape, paddings);

        /// <summary>Moves blocks of pixels into the channels. Python: <c>tf.nn.space_to_depth</c>.</summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="blockSize">The side of a block, which must divide height and width.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <returns>The result, shape [batch, height / blockSize, width / blockSize, channels * blockSize²].</returns>
        public static Tensor SpaceToDepth(Tensor input, int blockSize, string dataFormat = "NHWC") =>
            RawOps.SpaceToDepth(input, blockSize, dataFormat);

        /// <summary>Moves channels into blocks of pixels. Python: <c>tf.nn.depth_to_space</c>.</summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="blockSize">The side of a block, whose square must divide the channels.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <returns>The result, shape [batch, height * blockSize, width * blockSize, channels / blockSize²].</returns>
        public static Tensor DepthToSpace(Tensor input, int blockSize, string dataFormat = "NHWC") =>
            RawOps.DepthToSpace(input, blockSize, dataFormat);
    }
}
