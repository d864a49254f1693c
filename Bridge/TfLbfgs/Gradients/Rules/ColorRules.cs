using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Color spaces and contrast.</summary>
internal static class ColorRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Unary(OpNames.RGBToHSV, (g, x, _) => RgbToHsv(g, x));
        rules.NotDifferentiable(OpNames.HSVToRGB);
        rules.Add(OpNames.AdjustContrastv2, AdjustContrast);
    }

    /// <summary>
    /// With the largest channel v, the smallest m and d = v - m: value v, saturation 1 - m / v, hue (offset + n / d) / 6, where n is the
    /// difference of the two other channels in the order of the circle. Of equal channels the first one is the largest and the last one
    /// the smallest; a quotient by zero is zero.
    /// </summary>
    private static Tensor RgbToHsv(Tensor g, Tensor x)
    {
        Tensor largest = OneOf(RawOps.ArgMax(x, Int32(-1)), x.DType);
        Tensor smallest = OneOf(2 - RawOps.ArgMin(RawOps.ReverseV2(x, Ints(-1)), Int32(-1)), x.DType);
        Tensor order = RawOps.Cast(RawOps.Reshape(Ints(0, 1, -1, -1, 0, 1, 1, -1, 0), Ints(3, 3)), x.DType);
        Tensor others = RawOps.Einsum([largest, order], "...i,ij->...j");
        Tensor Of(Tensor weights) => RawOps.Sum(weights * x, Ints(-1), keepDims: true);
        (Tensor v, Tensor m, Tensor n) = (Of(largest), Of(smallest), Of(others));
        Tensor range = largest - smallest;
        Tensor d = v - m;
        Tensor hue = RawOps.DivNoNan(others, d) - RawOps.DivNoNan(n, d * d) * range;
        Tensor saturation = RawOps.DivNoNan(m, v * v) * largest - RawOps.DivNoNan(smallest, v);
        Tensor[] upstream = RawOps.Split(Int32(-1), g, 3);
        return upstream[0] / 6 * hue + upstream[1] * saturation + upstream[2] * largest;
    }

    private static Tensor OneOf(Tensor channel, DType dtype) =>
        RawOps.OneHot(channel, Int32(3), Tensor.Scalar(1, dtype), Tensor.Scalar(0, dtype));

    /// <summary>
    /// The output is mean + factor (x - mean), with the mean of each channel of each image. TensorFlow has no gradient of it.
    /// </summary>
    private static Tensor?[] AdjustContrast(RuleContext context)
    {
        (Tensor x, Tensor factor, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        Tensor ratio = RawOps.Cast(factor, g.DType);
        Tensor axes = Ints(-3, -2);
        Tensor? gradient = context.Needs(0) ? ratio * g + (1 - ratio) * RawOps.Mean(g, axes, keepDims: true) : null;
        if (!context.Needs(1))
            return context.Result(gradient);
        Tensor centered = x - RawOps.Mean(x, axes, keepDims: true);
        Tensor product = RawOps.Reshape(RawOps.Cast(g * centered, factor.DType), Ints(-1));
        return context.Result(gradient, RawOps.Sum(product, Ints(0)));
    }
}
