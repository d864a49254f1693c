using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>What a gradient rule knows of the op that it differentiates.</summary>
internal sealed class RuleContext
{
    private readonly Tensor?[] _upstream;
    private readonly bool[] _needs;

    public RuleContext(Operation operation, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs, Tensor?[] upstream, bool[] needs)
    {
        Operation = operation;
        Inputs = inputs;
        Outputs = outputs;
        _upstream = upstream;
        _needs = needs;
    }

    /// <summary>The op, for its attributes; take tensors from <see cref="Inputs"/> and <see cref="Outputs"/>, which are leased.</summary>
    public Operation Operation { get; }

    /// <summary>The inputs, lists flattened.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>The outputs.</summary>
    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>The gradient with respect to the first output.</summary>
    public Tensor Upstream => UpstreamOf(0);

    /// <summary>Whether the gradient with respect to an output was asked for.</summary>
    public bool HasUpstream(int output) => _upstream[output] is not null;

    /// <summary>The gradient with respect to an output; zeros where that output does not matter.</summary>
    public Tensor UpstreamOf(int output) => _upstream[output] ??= RawOps.ZerosLike(Outputs[output]);

    /// <summary>Whether the gradient with respect to an input is of use; a rule may skip those that are not.</summary>
    public bool Needs(int input) => _needs[input];

    /// <summary>A result with one gradient for each input, the first ones given and the others null.</summary>
    public Tensor?[] Result(params ReadOnlySpan<Tensor?> gradients)
    {
        Tensor?[] result = new Tensor?[Inputs.Count];
        gradients.CopyTo(result);
        return result;
    }
}
