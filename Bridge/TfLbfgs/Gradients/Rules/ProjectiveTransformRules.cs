using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Projective transforms of images. TensorFlow transforms the gradient back by the inverse transform, which is not the derivative; here
/// every output gives its gradient to the pixels that it was sampled from, with their weights. Transforms and fill value have no gradient,
/// as in TensorFlow.
/// </summary>
internal static class ProjectiveTransformRules
{
    /// <summary>
    /// An output is sampled from at most four pixels, no two of which agree in whether their row and their column are odd.
    /// </summary>
    private const int Classes = 4;

    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.ImageProjectiveTransformV2,
            context => context.Result(Gradient(context, images => RawOps.ImageProjectiveTransformV2(
            images, context.Inputs[1], context.Inputs[2],
            context.Get(OpAttributes.ImageProjectiveTransformV2.Interpolation),
            context.Get(OpAttributes.ImageProjectiveTransformV2.FillMode)))));
        rules.Add(OpNames.ImageProjectiveTransformV3,
            context => context.Result(Gradient(context, images => RawOps.ImageProjectiveTransformV3(
            images, context.Inputs[1], context.Inputs[2], Tensor.Scalar(0f),
            context.Get(OpAttributes.ImageProjectiveTransformV3.Interpolation),
            context.Get(OpAttributes.ImageProjectiveTransformV3.FillMode)))));
    }

    private static Tensor Gradient(RuleContext context, Func<Tensor, Tensor> transform)
    {
        (Tensor x, Tensor g) = (context.Inputs[0], context.Upstream);
        (Tensor batch, Tensor height, Tensor width) = (Dimension(x, 0), Dimension(x, 1), Dimension(x, 2));
        Tensor pixels = Product(height, width);
        // Transforming ones of a class gives the weights of its pixels, transforming their numbers gives weight times number.
        Tensor images = Numbered(height, width, pixels);
        if (!context.Inputs[1].Shape.HasRank || context.Inputs[1].Shape[0] != 1)
            images = RawOps.BroadcastTo(images, Dims(batch, height, width, Int64(2 * Classes)));
        Tensor[] halves = RawOps.Split(Int32(3), transform(images), 2);
        Tensor weights = halves[0];
        Tensor pixel = RawOps.Cast(RawOps.Round(RawOps.DivNoNan(halves[1], weights)), DType.Int64);
        Tensor target = pixel + RawOps.Reshape(Counting(batch) * pixels, Ints(-1, 1, 1, 1));
        Tensor shares = RawOps.ExpandDims(g, Int32(3)) * RawOps.ExpandDims(RawOps.Cast(weights, g.DType), Int32(4));
        Tensor rows = RawOps.Reshape(shares, Dims(Product(RawOps.Size(target, DType.Int64)), Dimension(x, 3)));
        return RawOps.Reshape(RawOps.UnsortedSegmentSum(rows, RawOps.Reshape(target, Ints(-1)), Product(batch, pixels)), ShapeOf(x));
    }

    /// <summary>An image [1, height, width, 8] with ones in the pixels of each class, and with the numbers of these pixels.</summary>
    private static Tensor Numbered(Tensor height, Tensor width, Tensor pixels)
    {
        Tensor number = Counting(pixels);
        Tensor parity =
            RawOps.FloorMod(RawOps.FloorDiv(number, width), Int64(2)) * 2 + RawOps.FloorMod(RawOps.FloorMod(number, width), Int64(2));
        Tensor ones = RawOps.OneHot(parity, Int32(Classes), Tensor.Scalar(1.0), Tensor.Scalar(0.0));
        Tensor numbers = ones * RawOps.ExpandDims(RawOps.Cast(number, DType.Float64), Int32(1));
        return RawOps.Reshape(RawOps.ConcatV2([ones, numbers], Int32(1)), Dims(Int64(1), height, width, Int64(2 * Classes)));
    }
}
