using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Conv3D.</summary>
internal sealed class Convolution3D(RuleContext context) : Convolution
{
    private readonly IReadOnlyList<long> _strides = context.Get(OpAttributes.Conv3D.Strides);
    private readonly string _padding = context.Get(OpAttributes.Conv3D.Padding);
    private readonly string _format = context.Get(OpAttributes.Conv3D.DataFormat);
    private readonly IReadOnlyList<long> _dilations = context.Get(OpAttributes.Conv3D.Dilations);

    public override Tensor Forward(Tensor input, Tensor filter) => RawOps.Conv3D(input, filter, _strides, _padding, _format, _dilations);

    public override Tensor InputGradient(Tensor like, Tensor filter, Tensor g) =>
        RawOps.Conv3DBackpropInputV2(ShapeOf(like, DType.Int32), filter, g, _strides, _padding, _format, _dilations);

    public override Tensor FilterGradient(Tensor input, Tensor like, Tensor g) =>
        RawOps.Conv3DBackpropFilterV2(input, ShapeOf(like, DType.Int32), g, _strides, _padding, _format, _dilations);
}
