using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Probabilities: exp(x), divided by the sum over one dimension or several. Elements that a mask excludes count as -1e9; in Keras 3 their
/// output is 0. Python: <c>tf.keras.layers.Softmax</c>.
/// </summary>
public sealed class Softmax : Layer
{
    private int[] _axes = [-1];
    private KerasGeneration _origin = KerasGeneration.Keras3;

    /// <summary>Creates a layer.</summary>
    /// <param name="axis">The dimension; negative from the end. Default -1.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Softmax(int axis = -1, string? name = null, DTypePolicy? dtype = null) : this([axis], name, dtype)
    {
    }

    /// <summary>Creates a layer that sums over several dimensions.</summary>
    /// <param name="axes">The dimensions; negative from the end.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Softmax(IReadOnlyList<int> axes, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(axes);
        _axes = [.. axes];
        CheckFields();
    }

    internal Softmax()
    {
    }

    /// <summary>The dimensions over which the outputs sum to 1.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor? mask = context.MaskOf(input) is { } given ? given.DType == DType.Bool ? given : given > 0.5 : null;
        // Losses are more exact on what goes into a softmax over the last dimension.
        return MaskedSoftmax.Compute(input, mask, _origin, x => _axes is [-1]
            ? context.Activate("softmax", x) : MaskedSoftmax.Over(x, _axes), zeroes: true);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        fields.Axes("axis", ref _axes);
        if (_axes.Length == 0)
            throw fields.Fail("at least one axis, received none");
    }
}
