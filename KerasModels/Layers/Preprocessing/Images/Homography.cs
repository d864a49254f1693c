using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Projective maps of images, as <c>ImageProjectiveTransformV3</c> takes them.</summary>
internal static class Homography
{
    /// <summary>Moves the elements of images.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="maps">The eight coefficients of each image, float32, [batch, 8] or [1, 8].</param>
    /// <param name="interpolation">Bilinear or nearest.</param>
    /// <param name="fillMode">What stands beyond the border.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>.</param>
    public static Tensor Apply(Tensor images, Tensor maps, Interpolation interpolation, FillMode fillMode, double fillValue)
    {
        Tensor warped = RawOps.ImageProjectiveTransformV3(
            images, maps, RawOps.Shape(images)[1..3], Tensor.Scalar((float)fillValue), interpolation.ToString().ToUpperInvariant(),
            fillMode.ToString().ToUpperInvariant());
        warped.RefineShape(images.Shape);
        return warped;
    }

    /// <summary>The maps, [batch, 8], that take four points to four others.</summary>
    /// <param name="x">The columns of the points, [batch, 4].</param>
    /// <param name="y">The rows of the points, [batch, 4].</param>
    /// <param name="toX">The columns of the others, [4] or [batch, 4].</param>
    /// <param name="toY">The rows of the others, likewise.</param>
    public static Tensor Between(Tensor x, Tensor y, Tensor toX, Tensor toY)
    {
        Tensor one = Tf.OnesLike(x), zero = Tf.ZerosLike(x);
        Tensor ofX = Tf.Stack([x, y, one, zero, zero, zero, -toX * x, -toX * y], 2);
        Tensor ofY = Tf.Stack([zero, zero, zero, x, y, one, -toY * x, -toY * y], 2);
        Tensor target = Tf.Concat([one * toX, one * toY], 1);
        return Tf.Squeeze(RawOps.MatrixSolve(Tf.Concat([ofX, ofY], 1), Tf.ExpandDims(target, 2)), 2);
    }
}
