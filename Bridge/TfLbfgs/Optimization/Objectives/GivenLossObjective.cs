using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Optimization;

/// <summary>The objective of a loss that is a function.</summary>
internal sealed class GivenLossObjective(
    IReadOnlyList<Variable> variables, Func<IReadOnlyList<Tensor>, Tensor> loss, IReadOnlyList<Tensor> data, ObjectiveOptions? options)
    : VariableObjective(variables, options)
{
    public override IReadOnlyList<Tensor> Data { get; } = [.. data];

    protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data) => loss(data);
}
