using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// A recorded op as its gradient rule sees it. Python: the <c>op</c> and the <c>*grads</c> of a function under <c>tf.RegisterGradient</c>.
/// </summary>
public sealed class RuleContext
{
    private readonly Tensor?[] _upstream;
    private readonly bool[] _needs;
    private IndexedSlices?[]? _slices;

    internal RuleContext(Operation operation, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs, Tensor?[] upstream, bool[] needs)
    {
        Operation = operation;
        Inputs = inputs;
        Outputs = outputs;
        _upstream = upstream;
        _needs = needs;
    }

    /// <summary>
    /// The op, for its name and attributes; take tensors from <see cref="Inputs"/> and <see cref="Outputs"/>, which the tape holds.
    /// </summary>
    public Operation Operation { get; }

    /// <summary>The inputs in the order of the op's definition, lists flattened; borrowed.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>The outputs in the order of the op's definition, lists flattened; borrowed.</summary>
    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>The gradient with respect to the first output, of its shape.</summary>
    public Tensor Upstream => UpstreamOf(0);

    /// <summary>Whether the target depends on an output.</summary>
    /// <param name="output">The position in <see cref="Outputs"/>.</param>
    /// <returns>Whether there is a gradient with respect to it.</returns>
    public bool HasUpstream(int output) => _upstream[output] is not null;

    /// <summary>The gradient with respect to an output; zeros of its shape where the target does not depend on it.</summary>
    /// <param name="output">The position in <see cref="Outputs"/>.</param>
    /// <returns>The gradient; borrowed.</returns>
    public Tensor UpstreamOf(int output) => _upstream[output] ??= RawOps.ZerosLike(Outputs[output]);

    /// <summary>Whether the gradient with respect to an input is of use; a rule need not compute the others.</summary>
    /// <param name="input">The position in <see cref="Inputs"/>.</param>
    /// <returns>Whether a source is among what the input was computed from.</returns>
    public bool Needs(int input) => _needs[input];

    /// <summary>
    /// The value of an attribute of the op; the default of its definition where it was made without it. Python: <c>op.get_attr</c>.
    /// </summary>
    /// <typeparam name="T">The attribute's type.</typeparam>
    /// <param name="key">The attribute, such as <c>OpAttributes.MatMul.TransposeA</c>.</param>
    /// <returns>The value.</returns>
    /// <exception cref="TfLbfgsException">The op was made without it and it has no default.</exception>
    public T Get<T>(AttributeKey<T> key) => Operation.GetAttribute(key);

    /// <summary>
    /// Gives a gradient of which only some rows are not zero, for an input that is a table; the rule returns null for that input. It is
    /// made dense only where something needs it dense. Python: returning <c>tf.IndexedSlices</c>.
    /// </summary>
    /// <param name="input">The position in <see cref="Inputs"/>.</param>
    /// <param name="values">The rows, shape [k, ...].</param>
    /// <param name="indices">The row of the input where each stands, int32 or int64, shape [k].</param>
    /// <param name="rowCount">The number of rows of the input, shape [].</param>
    public void GiveSlices(int input, Tensor values, Tensor indices, Tensor rowCount)
    {
        _slices ??= new IndexedSlices?[Inputs.Count];
        _slices[input] = new IndexedSlices(values, indices, rowCount);
    }

    /// <summary>The sparse gradient that the rule gave for an input; null: none.</summary>
    internal IndexedSlices? SlicesOf(int input) => _slices?[input];

    /// <summary>A result with one gradient for each input: the given ones first, null for the others.</summary>
    /// <param name="gradients">The gradients of the first inputs; null: none.</param>
    /// <returns>The result of a rule.</returns>
    /// <exception cref="TfLbfgsException">There are more gradients than inputs.</exception>
    public Tensor?[] Result(params ReadOnlySpan<Tensor?> gradients)
    {
        if (gradients.Length > Inputs.Count)
            throw new TfLbfgsException($"The gradient rule of {Operation.Name}: expected at most {Inputs.Count} gradients, one for each "
                + $"input, received {gradients.Length}.");
        Tensor?[] result = new Tensor?[Inputs.Count];
        gradients.CopyTo(result);
        return result;
    }
}
