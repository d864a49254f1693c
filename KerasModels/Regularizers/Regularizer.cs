using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>
/// A penalty on the values of a variable, or of a layer's output. Immutable. Python: <c>tf.keras.regularizers.Regularizer</c>.
/// </summary>
public abstract class Regularizer : KerasComponent
{
    private KerasGeneration _origin = KerasGeneration.Keras2;

    private protected sealed override string Module => "keras.regularizers";

    /// <summary>The penalty.</summary>
    /// <param name="values">What is penalized; borrowed.</param>
    /// <returns>A scalar of its dtype, owned by the caller.</returns>
    public Tensor Call(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using TensorScope scope = new();
        return scope.Keep(Compute(values));
    }

    /// <summary>The penalty, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="values">What is penalized.</param>
    /// <returns>A scalar.</returns>
    protected internal abstract Tensor Compute(Tensor values);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Origin(ref _origin);
    }

    /// <summary>
    /// The factor to compute with: Keras 3 rounds it to float32, for every dtype, and so it is for models that it saved.
    /// </summary>
    private protected double Rounded(double factor) => _origin == KerasGeneration.Keras3 ? (float)factor : factor;

    private protected static Tensor Sum(Tensor values)
    {
        Tensor axes = Tensor.From<int>([.. Enumerable.Range(0, values.Rank)]);
        return RawOps.Sum(values, axes);
    }
}
