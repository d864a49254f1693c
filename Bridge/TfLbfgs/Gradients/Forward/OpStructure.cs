using System.Collections.Frozen;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Forward;

/// <summary>Which ops are linear, or linear in each input: they carry tangents and Taylor coefficients as they carry values.</summary>
internal static class OpStructure
{
    /// <summary>Linear in the first input; the others are indices, axes and shapes.</summary>
    private static readonly FrozenSet<string> First = FrozenSet.ToFrozenSet(
    [
        OpNames.BatchToSpaceND, OpNames.BroadcastTo, OpNames.Conj, OpNames.ConjugateTranspose, OpNames.Cumsum, OpNames.DepthToSpace,
            OpNames.Diag, OpNames.DiagPart, OpNames.EnsureShape, OpNames.ExpandDims,
        OpNames.FFT, OpNames.FFT2D, OpNames.FFT3D, OpNames.Gather, OpNames.GatherNd, OpNames.GatherV2, OpNames.IFFT, OpNames.IFFT2D,
            OpNames.IFFT3D, OpNames.Identity, OpNames.Imag, OpNames.IRFFT, OpNames.MatrixBandPart,
        OpNames.MatrixDiag, OpNames.MatrixDiagPart, OpNames.MirrorPad, OpNames.Neg, OpNames.Pad, OpNames.PlaceholderWithDefault,
            OpNames.Real, OpNames.Reshape, OpNames.ReverseSequence, OpNames.ReverseV2, OpNames.RFFT,
        OpNames.Roll, OpNames.SegmentMean, OpNames.SegmentSum, OpNames.Slice, OpNames.Snapshot, OpNames.SpaceToBatchND,
            OpNames.SpaceToDepth, OpNames.SplitV, OpNames.Squeeze, OpNames.StridedSlice, OpNames.Sum, OpNames.Tile,
        OpNames.Transpose, OpNames.Unpack, OpNames.UnsortedSegmentSum,
    ]);

    private static readonly FrozenSet<string> All = FrozenSet.ToFrozenSet([OpNames.AddN, OpNames.IdentityN, OpNames.Pack, OpNames.Complex]);

    private static readonly FrozenSet<string> Products = FrozenSet.ToFrozenSet(
    [
        OpNames.BatchMatMul, OpNames.BatchMatMulV2, OpNames.BatchMatMulV3, OpNames.Conv2D, OpNames.Conv3D, OpNames.Cross,
            OpNames.DepthwiseConv2dNative, OpNames.Einsum, OpNames.MatMul, OpNames.Mul,
    ]);

    /// <summary>The inputs in which an op is linear jointly; empty: in none.</summary>
    public static ReadOnlySpan<int> LinearInputs(Operation operation)
    {
        int count = operation.Inputs.Count;
        if (First.Contains(operation.Name))
            return [0];
        if (All.Contains(operation.Name))
            return Enumerable.Range(0, count).ToArray();
        return operation.Name switch
        {
            // The mean of nothing is no number, but it does not depend on anything either.
            OpNames.Mean when !operation.Inputs[0].Shape.IsFullyKnown || operation.Inputs[0].Shape.ElementCount > 0 => [0],
            OpNames.ConcatV2 => Enumerable.Range(0, count - 1).ToArray(),
            OpNames.Concat => Enumerable.Range(1, count - 1).ToArray(),
            OpNames.Split => [1],
            OpNames.Select or OpNames.SelectV2 => [1, 2],
            OpNames.Cast when operation.Inputs[0].DType.IsDifferentiable && !operation.Inputs[0].DType.IsComplex => [0],
            _ => [],
        };
    }

    /// <summary>Whether an op is linear in each of its inputs alone.</summary>
    public static bool IsProduct(string op) => Products.Contains(op);

    /// <summary>Whether an op is a sum or difference of two inputs, one of which may be repeated.</summary>
    public static bool IsSum(string op) => op is OpNames.Add or OpNames.AddV2 or OpNames.Sub or OpNames.BiasAdd;
}
