using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Dilation2D, the maximum over a window of input plus filter, and its gradient ops. These depend on input and filter by the choice of a
/// tap only, and are linear in the output gradient; their gradients are ours, since TensorFlow has none.
/// </summary>
internal static class DilationRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.Dilation2D, context =>
        {
            (IReadOnlyList<long> strides, IReadOnlyList<long> rates) =
                (context.Get(OpAttributes.Dilation2D.Strides), context.Get(OpAttributes.Dilation2D.Rates));
            string padding = context.Get(OpAttributes.Dilation2D.Padding);
            (Tensor input, Tensor filter, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
            return context.Result(
                context.Needs(0) ? RawOps.Dilation2DBackpropInput(input, filter, g, strides, rates, padding) : null,
                context.Needs(1) ? RawOps.Dilation2DBackpropFilter(input, filter, g, strides, rates, padding) : null);
        });
        rules.Add(OpNames.Dilation2DBackpropInput, context => OfChoice(context, chosen =>
            RawOps.Sum(chosen * Patches(context, context.Upstream), Ints(3))));
        rules.Add(OpNames.Dilation2DBackpropFilter, context => OfChoice(context, chosen =>
            RawOps.Sum(chosen * RawOps.Reshape(context.Upstream, Ints(Taps(context), -1)), Ints(3))));
    }

    private static Tensor?[] OfChoice(RuleContext context, Func<Tensor, Tensor> third) => context.Result(
        context.Needs(0) ? RawOps.ZerosLike(context.Inputs[0]) : null,
        context.Needs(1) ? RawOps.ZerosLike(context.Inputs[1]) : null,
        context.Needs(2) ? third(Chosen(context)) : null);

    private static long Taps(RuleContext context) => context.Inputs[1].Shape[0] * context.Inputs[1].Shape[1];

    /// <summary>
    /// 1 at the tap that each output was taken from, 0 elsewhere [batch, rows, columns, taps, depth]. Of equal taps the first one, as in
    /// the kernel.
    /// </summary>
    private static Tensor Chosen(RuleContext context)
    {
        (Tensor input, Tensor filter) = (context.Inputs[0], context.Inputs[1]);
        Tensor sums = Patches(context, input) + RawOps.Reshape(filter, Ints(Taps(context), -1));
        // A tap outside the image is never chosen.
        sums = RawOps.SelectV2(Patches(context, RawOps.OnesLike(input)) > 0, sums, Tensor.Scalar(double.NegativeInfinity, sums.DType));
        Tensor first = RawOps.ArgMax(sums, Int32(3));
        return RawOps.OneHot(first, Int32(Taps(context)), Tensor.Scalar(1, input.DType), Tensor.Scalar(0, input.DType), axis: 3);
    }

    /// <summary>The elements under the window at each output [batch, rows, columns, taps, depth].</summary>
    private static Tensor Patches(RuleContext context, Tensor x)
    {
        Shape filter = context.Inputs[1].Shape;
        if (!filter.HasRank || filter[0] < 0 || filter[1] < 0)
        {
            throw new TfLbfgsException(
                $"The gradient of {context.Operation.Name} needs a filter whose height and width are known while tracing; received "
                    + $"{filter}.");
        }

        Tensor patches = RawOps.ExtractImagePatches(
            x, [1, filter[0], filter[1], 1], context.Get(OpAttributes.Dilation2DBackpropInput.Strides),
            context.Get(OpAttributes.Dilation2DBackpropInput.Rates),
            context.Get(OpAttributes.Dilation2DBackpropInput.Padding));
        return RawOps.Reshape(patches,
            Dims(Dimension(patches, 0), Dimension(patches, 1), Dimension(patches, 2), Int64(Taps(context)), Dimension(x, 3)));
    }
}
