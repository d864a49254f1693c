using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>A penalty on the values of a variable, or of a layer's output. Immutable. Python: <c>tf.keras.regularizers.Regularizer</c>.</summary>
public abstract class Regularizer
{
    /// <summary>The class name in Keras files.</summary>
    internal virtual string ClassName => GetType().Name;

    /// <summary>Whether factors are rounded to float32 before use, as Keras 3 does whatever the dtype; so it is for models that it saved.</summary>
    internal bool RoundsFactors { get; init; }

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

    /// <summary>Writes the arguments into the config of a Keras file.</summary>
    internal virtual void WriteConfig(JsonObject config) =>
        throw new TfLbfgsException($"Regularizer {GetType().Name} has no form in Keras files. Expected one of: {string.Join(", ", RegularizerTable.Names)}.");

    /// <summary>The factor to compute with.</summary>
    private protected double Rounded(double factor) => RoundsFactors ? (float)factor : factor;

    private protected static double Factor(double value, string name) => double.IsFinite(value) && value >= 0
        ? value
        : throw new TfLbfgsException($"Regularizer: expected {name} to be finite and not negative, received {value}.");

    private protected static Tensor Sum(Tensor values)
    {
        Tensor axes = Tensor.From<int>([.. Enumerable.Range(0, values.Rank)]);
        return RawOps.Sum(values, axes);
    }
}
