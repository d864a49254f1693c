using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// A learning rate as a function of the number of steps. Derive from it for one of your own. A number converts to a rate that stays.
/// Immutable; computed by tensor operations, so it works eagerly and in traced functions. Python:
/// <c>tf.keras.optimizers.schedules.LearningRateSchedule</c>.
/// </summary>
public abstract class LearningRateSchedule : KerasComponent
{
    private string? _name;

    /// <summary>Creates a schedule.</summary>
    protected LearningRateSchedule()
    {
    }

    /// <summary>The name in files; default that of the class in Keras.</summary>
    public string Name
    {
        get => _name ?? DefaultName;
        init => _name = value;
    }

    /// <summary>The name where none is given.</summary>
    private protected virtual string DefaultName => ClassName;

    private protected sealed override string Module => "keras.optimizers.schedules";

    /// <summary>Takes a number as a learning rate that stays.</summary>
    /// <param name="rate">The learning rate.</param>
    public static implicit operator LearningRateSchedule(double rate) => FromDouble(rate);

    /// <inheritdoc cref="op_Implicit(double)"/>
    /// <returns>The schedule.</returns>
    /// <exception cref="TfLbfgsException">It is not finite.</exception>
    public static LearningRateSchedule FromDouble(double rate) => double.IsFinite(rate)
        ? new ConstantRate(rate) : throw new TfLbfgsException($"expected a finite learning rate, received {rate}.");

    /// <summary>The learning rate of a step. Python: <c>schedule(step)</c>.</summary>
    /// <param name="step">The number of steps before, an integer, shape []; borrowed.</param>
    /// <param name="dtype">The dtype of the result; default float32, in which it is computed for every dtype, as Keras does.</param>
    /// <returns>The rate, shape [], owned by the caller.</returns>
    public Tensor Call(Tensor step, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(step);
        using TensorScope scope = new();
        Tensor rate = Compute(RawOps.Cast(step, DType.Float32));
        return scope.Keep(rate.DType == dtype ? rate : RawOps.Cast(rate, dtype));
    }

    /// <summary>The learning rate of a step, as a number.</summary>
    /// <param name="step">The number of steps before.</param>
    /// <returns>The rate, rounded to float32.</returns>
    public double At(long step)
    {
        using IDisposable eager = Tf.InitScope();
        using TensorScope scope = new();
        return Call(Tensor.Scalar(step), DType.Float64).ToDouble();
    }

    /// <summary>Computes the learning rate, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="step">The number of steps before, float32, shape [].</param>
    /// <returns>The rate, float32, shape [].</returns>
    protected internal abstract Tensor Compute(Tensor step);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        string? name = Name;
        fields.OptionalText("name", ref name);
        if (fields.IsReading)
            _name = name;
    }

    /// <summary>A number as a scalar of the dtype of a tensor.</summary>
    private protected static Tensor Like(Tensor tensor, double value) => Tensor.Scalar(value, tensor.DType);
}
