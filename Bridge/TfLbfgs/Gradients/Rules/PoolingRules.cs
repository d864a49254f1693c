using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Average and maximum pooling and their gradient ops. An average is linear, so its second order goes on through the output gradient
/// alone; a maximum depends on its input by the choice of elements only, whose derivative is zero.
/// </summary>
internal static class PoolingRules
{
    public static void AddTo(RuleTable rules)
    {
        Averages(rules);
        Maxima(rules);
        Maxima3D(rules);
        rules.Add(OpNames.MaxPoolWithArgmax, MaxPoolWithArgmax);
        rules.Add(OpNames.MaxPoolGradWithArgmax, context => context.Result(Zero(context, 0), context.Needs(1) ? AtArgmax(context) : null));
    }

    private static void Averages(RuleTable rules)
    {
        rules.Add(OpNames.AvgPool, context => context.Result(RawOps.AvgPoolGrad(
            ShapeOf(context.Inputs[0], DType.Int32), context.Upstream, context.Get(OpAttributes.AvgPool.Ksize),
            context.Get(OpAttributes.AvgPool.Strides),
            context.Get(OpAttributes.AvgPool.Padding), context.Get(OpAttributes.AvgPool.DataFormat))));
        rules.Add(OpNames.AvgPoolGrad, context => context.Result(null, RawOps.AvgPool(
            context.Upstream, context.Get(OpAttributes.AvgPoolGrad.Ksize), context.Get(OpAttributes.AvgPoolGrad.Strides),
            context.Get(OpAttributes.AvgPoolGrad.Padding), context.Get(OpAttributes.AvgPoolGrad.DataFormat))));
        rules.Add(OpNames.AvgPool3D, context => context.Result(RawOps.AvgPool3DGrad(
            ShapeOf(context.Inputs[0], DType.Int32), context.Upstream, context.Get(OpAttributes.AvgPool3D.Ksize),
            context.Get(OpAttributes.AvgPool3D.Strides),
            context.Get(OpAttributes.AvgPool3D.Padding), context.Get(OpAttributes.AvgPool3D.DataFormat))));
        rules.Add(OpNames.AvgPool3DGrad, context => context.Result(null, RawOps.AvgPool3D(
            context.Upstream, context.Get(OpAttributes.AvgPool3DGrad.Ksize), context.Get(OpAttributes.AvgPool3DGrad.Strides),
            context.Get(OpAttributes.AvgPool3DGrad.Padding), context.Get(OpAttributes.AvgPool3DGrad.DataFormat))));
    }

    private static void Maxima(RuleTable rules)
    {
        rules.Add(OpNames.MaxPool, context => context.Result(Scatter(context, context.Inputs[0], context.Outputs[0])));
        rules.Add(OpNames.MaxPoolGrad, context => OfChoice(context, () => Collect(context)));
        rules.Add(OpNames.MaxPoolGradGrad, context => OfChoice(context, () => Scatter(context, context.Inputs[0], context.Inputs[1])));
        rules.Add(OpNames.MaxPoolV2, context => context.Result(RawOps.MaxPoolGradV2(
            context.Inputs[0], context.Outputs[0], context.Upstream, context.Inputs[1], context.Inputs[2],
            context.Get(OpAttributes.MaxPoolV2.Padding), context.Get(OpAttributes.MaxPoolV2.DataFormat))));
        rules.Add(OpNames.MaxPoolGradV2, context => OfChoice(context, () => CollectV2(context)));
        rules.Add(OpNames.MaxPoolGradGradV2, context => OfChoice(context, () => RawOps.MaxPoolGradV2(
            context.Inputs[0], context.Inputs[1], context.Upstream, context.Inputs[3], context.Inputs[4],
            context.Get(OpAttributes.MaxPoolGradGradV2.Padding), context.Get(OpAttributes.MaxPoolGradGradV2.DataFormat))));
    }

    private static void Maxima3D(RuleTable rules)
    {
        rules.Add(OpNames.MaxPool3D, context => context.Result(Scatter3D(context, context.Inputs[0], context.Outputs[0])));
        rules.Add(OpNames.MaxPool3DGrad, context => OfChoice(context, () => Collect3D(context)));
        rules.Add(OpNames.MaxPool3DGradGrad, context => OfChoice(context, () => Scatter3D(context, context.Inputs[0], context.Inputs[1])));
    }

    /// <summary>The gradients of an op of input, output and a third tensor in which it is linear.</summary>
    private static Tensor?[] OfChoice(RuleContext context, Func<Tensor> third) =>
        context.Result(Zero(context, 0), Zero(context, 1), context.Needs(2) ? third() : null);

    private static Tensor? Zero(RuleContext context, int input) => context.Needs(input) ? RawOps.ZerosLike(context.Inputs[input]) : null;

    /// <summary>
    /// Brings the upstream gradient to the elements that were chosen. MaxPoolGradGrad is made without explicit paddings, which are empty
    /// then.
    /// </summary>
    private static Tensor Scatter(RuleContext context, Tensor x, Tensor y) => RawOps.MaxPoolGrad(
        x, y, context.Upstream, context.Get(OpAttributes.MaxPool.Ksize), context.Get(OpAttributes.MaxPool.Strides),
        context.Get(OpAttributes.MaxPool.Padding), context.Get(OpAttributes.MaxPool.ExplicitPaddings),
        context.Get(OpAttributes.MaxPool.DataFormat));

    private static Tensor Scatter3D(RuleContext context, Tensor x, Tensor y) => RawOps.MaxPool3DGrad(
        x, y, context.Upstream, context.Get(OpAttributes.MaxPool3D.Ksize), context.Get(OpAttributes.MaxPool3D.Strides),
        context.Get(OpAttributes.MaxPool3D.Padding), context.Get(OpAttributes.MaxPool3D.DataFormat));

    /// <summary>Reads the upstream gradient at the elements that were chosen.</summary>
    private static Tensor Collect(RuleContext context)
    {
        (IReadOnlyList<long> ksize, IReadOnlyList<long> strides) =
            (context.Get(OpAttributes.MaxPoolGrad.Ksize), context.Get(OpAttributes.MaxPoolGrad.Strides));
        Padded padded = Padded.Of(
            context.Inputs[0], context.Upstream, ksize, strides, context.Get(OpAttributes.MaxPoolGrad.Padding),
            context.Get(OpAttributes.MaxPoolGrad.ExplicitPaddings));
        return RawOps.MaxPoolGradGrad(padded.X, context.Inputs[1], padded.G, ksize, strides, padded.Padding,
            context.Get(OpAttributes.MaxPoolGrad.DataFormat));
    }

    private static Tensor CollectV2(RuleContext context)
    {
        (Tensor x, Tensor y, Tensor g, Tensor ksize, Tensor strides) =
            (context.Inputs[0], context.Inputs[1], context.Upstream, context.Inputs[3], context.Inputs[4]);
        string padding = context.Get(OpAttributes.MaxPoolGradV2.Padding);
        if (ConstantValue(ksize) is { } size && ConstantValue(strides) is { } step)
            (x, g, padding) = Padded.Of(x, g, size, step, padding, []);
        return RawOps.MaxPoolGradGradV2(x, y, g, ksize, strides, padding, context.Get(OpAttributes.MaxPoolGradV2.DataFormat));
    }

    private static Tensor Collect3D(RuleContext context)
    {
        (IReadOnlyList<long> ksize, IReadOnlyList<long> strides) =
            (context.Get(OpAttributes.MaxPool3DGrad.Ksize), context.Get(OpAttributes.MaxPool3DGrad.Strides));
        Padded padded = Padded.Of(context.Inputs[0], context.Upstream, ksize, strides, context.Get(OpAttributes.MaxPool3DGrad.Padding), []);
        return RawOps.MaxPool3DGradGrad(padded.X, context.Inputs[1], padded.G, ksize, strides, padded.Padding,
            context.Get(OpAttributes.MaxPool3DGrad.DataFormat));
    }

    private static Tensor?[] MaxPoolWithArgmax(RuleContext context) => context.Result(RawOps.MaxPoolGradWithArgmax(
        context.Inputs[0], context.Upstream, context.Outputs[1], context.Get(OpAttributes.MaxPoolWithArgmax.Ksize),
        context.Get(OpAttributes.MaxPoolWithArgmax.Strides), context.Get(OpAttributes.MaxPoolWithArgmax.Padding),
        context.Get(OpAttributes.MaxPoolWithArgmax.IncludeBatchInIndex)));

    /// <summary>
    /// Reads the upstream gradient at the positions of the maxima, which count within an image or within the whole batch.
    /// </summary>
    private static Tensor AtArgmax(RuleContext context)
    {
        (Tensor g, Tensor argmax) = (context.Upstream, context.Inputs[2]);
        if (context.Get(OpAttributes.MaxPoolGradWithArgmax.IncludeBatchInIndex))
            return RawOps.GatherV2(RawOps.Reshape(g, Ints(-1)), argmax, Int32(0));
        return RawOps.Reshape(RawOps.GatherV2(PerImage(g), PerImage(argmax), Int32(1), batchDims: 1), ShapeOf(argmax));
    }

    /// <summary>One row for each image [batch, height * width * channels].</summary>
    private static Tensor PerImage(Tensor x) =>
        RawOps.Reshape(x, Dims(Dimension(x, 0), Product(Dimension(x, 1), Dimension(x, 2), Dimension(x, 3))));

    /// <summary>
    /// The operands of a MaxPool...GradGrad, padded so that none has the shape of the result. Those ops know no explicit padding, and
    /// where input and output are of one shape they write the result over the gradient before they have read it, when nothing else holds
    /// that: in traced functions.
    /// </summary>
    private readonly record struct Padded(Tensor X, Tensor G, string Padding)
    {
        public static Padded Of(Tensor x, Tensor g, IReadOnlyList<long> ksize, IReadOnlyList<long> strides, string padding,
            IReadOnlyList<long> given)
        {
            if (padding == "VALID" || (padding == "SAME" && !g.IsSymbolic))
                return new Padded(x, g, padding);
            Tensor paddings = padding == "EXPLICIT" ? RawOps.Reshape(Ints([.. given]), Ints(-1, 2)) : Same(x, ksize, strides);
            return new Padded(RawOps.PadV2(x, paddings, Tensor.Scalar(double.NegativeInfinity, x.DType)), RawOps.Pad(g, paddings), "VALID");
        }

        /// <summary>The paddings [rank, 2] that SAME stands for.</summary>
        private static Tensor Same(Tensor x, IReadOnlyList<long> ksize, IReadOnlyList<long> strides)
        {
            Tensor sizes = ShapeOf(x);
            Tensor step = Ints([.. strides]);
            Tensor outputs = RawOps.FloorDiv(sizes + step - 1, step);
            Tensor total = RawOps.Maximum((outputs - 1) * step + Ints([.. ksize]) - sizes, Int64(0));
            Tensor before = RawOps.FloorDiv(total, Int64(2));
            return RawOps.Pack([before, total - before], axis: 1);
        }
    }
}
