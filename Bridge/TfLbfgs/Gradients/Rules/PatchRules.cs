using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Patches of images and volumes. The op itself, applied to the numbers of the pixels, says where each element of a patch came from; the
/// gradient is summed there.
/// </summary>
internal static class PatchRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.ExtractImagePatches,
            context => context.Result(Gradient(context, spatial: 2, numbers => RawOps.ExtractImagePatches(
            numbers, context.Get(OpAttributes.ExtractImagePatches.Ksizes), context.Get(OpAttributes.ExtractImagePatches.Strides),
            context.Get(OpAttributes.ExtractImagePatches.Rates), context.Get(OpAttributes.ExtractImagePatches.Padding)))));
        rules.Add(OpNames.ExtractVolumePatches,
            context => context.Result(Gradient(context, spatial: 3, numbers => RawOps.ExtractVolumePatches(
            numbers, context.Get(OpAttributes.ExtractVolumePatches.Ksizes), context.Get(OpAttributes.ExtractVolumePatches.Strides),
            context.Get(OpAttributes.ExtractVolumePatches.Padding)))));
    }

    private static Tensor Gradient(RuleContext context, int spatial, Func<Tensor, Tensor> extract)
    {
        (Tensor x, Tensor g) = (context.Inputs[0], context.Upstream);
        Tensor[] sizes = [.. Enumerable.Range(1, spatial).Select(axis => Dimension(x, axis))];
        (Tensor batch, Tensor channels, Tensor pixels) = (Dimension(x, 0), Dimension(x, spatial + 1), Product(sizes));
        // Numbers from 1, since padding is 0. In float64, which the compiler's kernel knows too, they are exact.
        Tensor numbers = RawOps.Reshape(RawOps.Cast(Counting(pixels) + 1, DType.Float64), Dims([Int64(1), .. sizes, Int64(1)]));
        Tensor pixel = RawOps.Reshape(RawOps.Cast(extract(numbers), DType.Int64), Ints(-1)) - 1;
        // [elements of patches, batch * channels]: the channels of an element stand together.
        Tensor elements = RawOps.Reshape(g, Dims(batch, RawOps.Size(pixel, DType.Int64), channels));
        Tensor rows =
            RawOps.Reshape(RawOps.Transpose(elements, Ints(1, 0, 2)), Dims(RawOps.Size(pixel, DType.Int64), Product(batch, channels)));
        Tensor sums = RawOps.Reshape(RawOps.UnsortedSegmentSum(rows, pixel, pixels), Dims(pixels, batch, channels));
        return RawOps.Reshape(RawOps.Transpose(sums, Ints(1, 0, 2)), ShapeOf(x));
    }
}
