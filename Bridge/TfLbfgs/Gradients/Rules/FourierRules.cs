using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Fourier transforms of the last one to three dimensions. They are linear: the gradient is the conjugate transform, scaled by the number
/// of points. Real transforms
/// leave half of the last dimension out, which stands for the other half.
/// </summary>
internal static class FourierRules
{
    private delegate Tensor RealTransform(Tensor x, Tensor length, DType result);

    public static void AddTo(RuleTable rules)
    {
        Complex(rules, OpNames.FFT, OpNames.IFFT, RawOps.FFT, RawOps.IFFT, 1);
        Complex(rules, OpNames.FFT2D, OpNames.IFFT2D, RawOps.FFT2D, RawOps.IFFT2D, 2);
        Complex(rules, OpNames.FFT3D, OpNames.IFFT3D, RawOps.FFT3D, RawOps.IFFT3D, 3);
        Real(rules, OpNames.RFFT, OpNames.IRFFT, RawOps.IFFT, RawOps.RFFT, 1);
        Real(rules, OpNames.RFFT2D, OpNames.IRFFT2D, RawOps.IFFT2D, RawOps.RFFT2D, 2);
        Real(rules, OpNames.RFFT3D, OpNames.IRFFT3D, RawOps.IFFT3D, RawOps.RFFT3D, 3);
    }

    private static void Complex(RuleTable rules, string forward, string inverse, Func<Tensor, Tensor> transform, Func<Tensor, Tensor> back,
        int dimensions)
    {
        rules.Unary(forward, (g, _, _) => back(g) * Points(ShapeOf(g), dimensions, g.DType));
        rules.Unary(inverse, (g, _, _) => transform(g) / Points(ShapeOf(g), dimensions, g.DType));
    }

    private static void Real(RuleTable rules, string forward, string inverse, Func<Tensor, Tensor> back, RealTransform transform,
        int dimensions)
    {
        rules.Add(forward, context =>
        {
            (Tensor x, Tensor g) = (context.Inputs[0], context.Upstream);
            Tensor length = RawOps.Cast(context.Inputs[1], DType.Int64);
            // The half that was left out has no part in the gradient: zeros.
            Tensor full = Resize(g, TargetShape(g, length, dimensions));
            Tensor points = RawOps.Cast(RawOps.Prod(length, Ints(0)), x.DType);
            return context.Result(Resize(RawOps.Real(back(full), x.DType) * points, ShapeOf(x)));
        });
        rules.Add(inverse, context =>
        {
            (Tensor x, Tensor g) = (context.Inputs[0], context.Upstream);
            Tensor length = RawOps.Cast(context.Inputs[1], DType.Int64);
            Tensor last = RawOps.Reshape(RawOps.Slice(length, Ints(dimensions - 1), Ints(1)), Ints());
            // Frequencies that stand for a conjugate one too count twice: all but the first, and the middle of an even length.
            Tensor frequencies = RawOps.Range(Tensor.Scalar(0L), RawOps.FloorDiv(last, Tensor.Scalar(2L)) + 1, Tensor.Scalar(1L));
            Tensor single = RawOps.LogicalOr(RawOps.Equal(frequencies, Tensor.Scalar(0L)), RawOps.Equal(frequencies * 2, last));
            Tensor weight = (2 - Indicator(single, g.DType)) / RawOps.Cast(RawOps.Prod(length, Ints(0)), g.DType);
            Tensor spectrum = transform(g, context.Inputs[1], x.DType) * RawOps.Cast(weight, x.DType);
            return context.Result(Resize(spectrum, ShapeOf(x)));
        });
    }

    /// <summary>How many points the last dimensions hold.</summary>
    private static Tensor Points(Tensor shape, int dimensions, DType dtype)
    {
        if (ConstantValue(shape) is { } dims)
        {
            long count = 1;
            for (int i = dims.Length - dimensions; i < dims.Length; i++)
                count *= dims[i];
            return Tensor.Scalar(count, dtype);
        }

        Tensor start = RawOps.Reshape(RawOps.Size(shape, DType.Int64) - dimensions, Ints(1));
        return RawOps.Cast(RawOps.Prod(RawOps.Slice(shape, start, Ints(dimensions)), Ints(0)), dtype);
    }

    /// <summary>The shape with the last dimensions replaced.</summary>
    private static Tensor TargetShape(Tensor x, Tensor length, int dimensions)
    {
        Tensor shape = ShapeOf(x);
        Tensor leading = RawOps.Reshape(RawOps.Size(shape, DType.Int64) - dimensions, Ints(1));
        return RawOps.ConcatV2([RawOps.Slice(shape, Ints(0), leading), length], Int32(0));
    }

    /// <summary>Cuts off, or fills up with zeros, what the dimensions of another shape ask for.</summary>
    private static Tensor Resize(Tensor x, Tensor target)
    {
        if (x.Shape.IsFullyKnown && ConstantValue(target) is { } dims && x.Shape == Shape.Create(dims))
            return x;
        Tensor shape = RawOps.Minimum(ShapeOf(x), target);
        Tensor part = RawOps.Slice(x, RawOps.ZerosLike(shape), shape);
        return RawOps.Pad(part, RawOps.Pack([RawOps.ZerosLike(shape), target - shape], axis: 1));
    }
}
