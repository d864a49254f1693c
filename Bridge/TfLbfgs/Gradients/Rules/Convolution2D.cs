using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Conv2D. TensorFlow's gradient kernels for the CPU know neither groups nor dilations: groups are split, and a dilated filter is written
/// out with its zeros.
/// </summary>
internal sealed class Convolution2D(RuleContext context) : Convolution
{
    private const int OutputChannels = 3;

    private readonly IReadOnlyList<long> _strides = context.Get(OpAttributes.Conv2D.Strides);
    private readonly string _padding = context.Get(OpAttributes.Conv2D.Padding);
    private readonly bool _cudnn = context.Get(OpAttributes.Conv2D.UseCudnnOnGpu);
    private readonly IReadOnlyList<long> _explicit = context.Get(OpAttributes.Conv2D.ExplicitPaddings);
    private readonly string _format = context.Get(OpAttributes.Conv2D.DataFormat);
    private readonly IReadOnlyList<long> _dilations = context.Get(OpAttributes.Conv2D.Dilations);

    private int Channels => _format == "NCHW" ? 1 : 3;

    private long[] Rates => _format == "NCHW" ? [_dilations[2], _dilations[3], 1, 1] : [_dilations[1], _dilations[2], 1, 1];

    private bool IsDilated => _dilations.Any(rate => rate != 1);

    public override Tensor Forward(Tensor input, Tensor filter) =>
        RawOps.Conv2D(input, filter, _strides, _padding, _cudnn, _explicit, _format, _dilations);

    public override Tensor InputGradient(Tensor like, Tensor filter, Tensor g)
    {
        int groups = Groups(like, filter);
        if (groups == 1)
            return InputGradientOfGroup(ShapeOf(like, DType.Int32), filter, g);
        Tensor sizes = SizesOfGroup(like, groups);
        Tensor[] filters = RawOps.Split(Int32(OutputChannels), filter, groups);
        Tensor[] upstream = RawOps.Split(Int32(Channels), g, groups);
        return RawOps.ConcatV2([.. filters.Zip(upstream, (part, u) => InputGradientOfGroup(sizes, part, u))], Int32(Channels));
    }

    public override Tensor FilterGradient(Tensor input, Tensor like, Tensor g)
    {
        int groups = Groups(input, like);
        if (groups == 1)
            return FilterGradientOfGroup(input, like, groups, g);
        Tensor[] inputs = RawOps.Split(Int32(Channels), input, groups);
        Tensor[] upstream = RawOps.Split(Int32(Channels), g, groups);
        return RawOps.ConcatV2([.. inputs.Zip(upstream, (part, u) => FilterGradientOfGroup(part, like, groups, u))], Int32(OutputChannels));
    }

    private Tensor InputGradientOfGroup(Tensor sizes, Tensor filter, Tensor g) =>
        RawOps.Conv2DBackpropInput(sizes, IsDilated ? FilterDilation.Spread(filter, Rates) : filter, g, _strides, _padding, _cudnn,
            _explicit, _format);

    private Tensor FilterGradientOfGroup(Tensor input, Tensor like, int groups, Tensor g)
    {
        Tensor sizes = ShapeOf(like, DType.Int32);
        if (groups > 1)
            sizes = RawOps.FloorDiv(sizes, Ints([1, 1, 1, groups], DType.Int32));
        if (!IsDilated)
            return RawOps.Conv2DBackpropFilter(input, sizes, g, _strides, _padding, _cudnn, _explicit, _format);
        Tensor spread = FilterDilation.Sizes(sizes, Rates);
        return FilterDilation.Collect(RawOps.Conv2DBackpropFilter(input, spread, g, _strides, _padding, _cudnn, _explicit, _format),
            spread, Rates);
    }

    /// <summary>
    /// The number of groups: channels of the input over those of the filter. Where they are open while tracing, one; the kernel refuses
    /// another number.
    /// </summary>
    private int Groups(Tensor input, Tensor filter)
    {
        if (!input.Shape.HasRank || !filter.Shape.HasRank)
            return 1;
        (long channels, long ofFilter) = (input.Shape[Channels], filter.Shape[2]);
        return channels > 0 && ofFilter > 0 ? (int)(channels / ofFilter) : 1;
    }

    private Tensor SizesOfGroup(Tensor like, int groups)
    {
        long[] divisors = [1, 1, 1, 1];
        divisors[Channels] = groups;
        return RawOps.FloorDiv(ShapeOf(like, DType.Int32), Ints(divisors, DType.Int32));
    }
}
