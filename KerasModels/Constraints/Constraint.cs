using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Constraints;

/// <summary>
/// Draws the values of a variable back into a set after each step of an optimizer; L-BFGS does not apply it. Immutable. Python:
/// <c>tf.keras.constraints.Constraint</c>.
/// </summary>
public abstract class Constraint : KerasComponent
{
    /// <summary>Creates a constraint.</summary>
    protected Constraint()
    {
    }

    private protected sealed override string Module => "keras.constraints";

    /// <summary>Looks up a constraint with default arguments by its Keras name.</summary>
    /// <param name="name">Such as <c>non_neg</c> or <c>NonNeg</c>.</param>
    public static implicit operator Constraint(string name) => FromString(name);

    /// <inheritdoc cref="op_Implicit(string)"/>
    /// <returns>The constraint.</returns>
    /// <exception cref="TfLbfgsException">No constraint has the name.</exception>
    public static Constraint FromString(string name) => KerasRegistry.Create<Constraint>(name);

    /// <summary>The values that satisfy the constraint.</summary>
    /// <param name="values">The values of the variable; borrowed.</param>
    /// <returns>A tensor of their shape and dtype, owned by the caller.</returns>
    public Tensor Apply(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using TensorScope scope = new();
        return scope.Keep(Compute(values));
    }

    internal override void ReadFrom(ConfigReader reader)
    {
        base.ReadFrom(reader);
        reader.Context.Warnings.Add($"{reader.Config.Owner} {ClassName} is applied after each step of an optimizer such as Adam; steps "
            + "of L-BFGS do not respect it.");
    }

    /// <summary>Computes the values that satisfy the constraint, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="values">The values of the variable.</param>
    /// <returns>A tensor of their shape and dtype.</returns>
    protected internal abstract Tensor Compute(Tensor values);

    /// <summary>The norms along axes, which stay as dimensions of 1.</summary>
    private protected static Tensor Norms(Tensor values, int[] axes) =>
        RawOps.Sqrt(RawOps.Sum(RawOps.Square(values), Tensor.From<int>(axes), keepDims: true));
}
