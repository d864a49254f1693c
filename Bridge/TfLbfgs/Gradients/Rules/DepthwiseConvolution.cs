using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>DepthwiseConv2dNative.</summary>
internal sealed class DepthwiseConvolution(RuleContext context) : Convolution
{
    private readonly IReadOnlyList<long> _strides = context.Get(OpAttributes.DepthwiseConv2dNative.Strides);
    private readonly string _padding = context.Get(OpAttributes.DepthwiseConv2dNative.Padding);
    private readonly IReadOnlyList<long> _explicit = context.Get(OpAttributes.DepthwiseConv2dNative.ExplicitPaddings);
    private readonly string _format = context.Get(OpAttributes.DepthwiseConv2dNative.DataFormat);
    private readonly IReadOnlyList<long> _dilations = context.Get(OpAttributes.DepthwiseConv2dNative.Dilations);

    public override Tensor Forward(Tensor input, Tensor filter) =>
        RawOps.DepthwiseConv2dNative(input, filter, _strides, _padding, _explicit, _format, _dilations);

    public override Tensor InputGradient(Tensor like, Tensor filter, Tensor g) => RawOps.DepthwiseConv2dNativeBackpropInput(
        ShapeOf(like, DType.Int32), filter, g, _strides, _padding, _explicit, _format, _dilations);

    public override Tensor FilterGradient(Tensor input, Tensor like, Tensor g) => RawOps.DepthwiseConv2dNativeBackpropFilter(
        input, ShapeOf(like, DType.Int32), g, _strides, _padding, _explicit, _format, _dilations);
}
