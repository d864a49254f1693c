using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>A dilated filter as a plain one with zeros between its taps, which gives the same convolution.</summary>
internal static class FilterDilation
{
    /// <summary>The shape with the zeros: (k - 1) rate + 1 in each dimension.</summary>
    /// <param name="sizes">The shape of the filter, int32.</param>
    /// <param name="rates">A rate per dimension of the filter.</param>
    public static Tensor Sizes(Tensor sizes, long[] rates)
    {
        Tensor one = Int32(1);
        return RawOps.AddV2(RawOps.Mul(RawOps.Sub(sizes, one), Ints(rates, DType.Int32)), one);
    }

    /// <summary>The filter with its zeros.</summary>
    public static Tensor Spread(Tensor filter, long[] rates)
    {
        Tensor sizes = Sizes(ShapeOf(filter, DType.Int32), rates);
        return RawOps.StridedSliceGrad(sizes, Zeros(rates), sizes, Ints(rates, DType.Int32), filter);
    }

    /// <summary>The taps of a filter with zeros.</summary>
    public static Tensor Collect(Tensor spread, Tensor sizes, long[] rates) =>
        RawOps.StridedSlice(spread, Zeros(rates), sizes, Ints(rates, DType.Int32));

    private static Tensor Zeros(long[] rates) => Ints(new long[rates.Length], DType.Int32);
}
