using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// Makes the first values of a variable. The same seed gives the same values on every machine; without one the layer's seed is used, which
/// follows from the variable's name, so that a program that
/// builds the same model twice starts from the same weights. Immutable. A text converts to one: <c>"he_normal"</c>. Python:
/// <c>tf.keras.initializers.Initializer</c>.
/// </summary>
public abstract class Initializer : KerasComponent
{
    private long? _seed;

    /// <summary>The seed; null: that of the layer.</summary>
    public long? Seed
    {
        get => _seed;
        init => _seed = value;
    }

    private protected sealed override string Module => "keras.initializers";

    /// <summary>Looks up an initializer with default arguments by its Keras name.</summary>
    /// <param name="name">Such as <c>glorot_uniform</c> or <c>GlorotUniform</c>.</param>
    public static implicit operator Initializer(string name) => FromString(name);

    /// <inheritdoc cref="op_Implicit(string)"/>
    /// <returns>The initializer.</returns>
    /// <exception cref="TfLbfgsException">No initializer has the name.</exception>
    public static Initializer FromString(string name) => KerasRegistry.Create<Initializer>(name);

    /// <summary>Makes the values.</summary>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="dtype">A floating-point dtype.</param>
    /// <param name="defaultSeed">The seed when the initializer has none of its own.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The shape or the dtype does not suit.</exception>
    public Tensor Create(Shape shape, DType dtype, long defaultSeed = 0)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return HostArrays.ToTensor(Values(shape, new RandomSource(Seed ?? defaultSeed)), dtype, shape);
    }

    /// <summary>The values in float64, row-major.</summary>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="random">The random numbers to use.</param>
    /// <returns>One value per element.</returns>
    protected abstract double[] Values(Shape shape, RandomSource random);

    /// <summary>One value per element, each made anew.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="next">Makes a value.</param>
    /// <returns>The values.</returns>
    protected static double[] Fill(Shape shape, Func<double> next)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(next);
        double[] values = new double[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
            values[i] = next();
        return values;
    }

    /// <inheritdoc/>
    internal override void ReadFrom(ConfigReader reader)
    {
        // Of TensorFlow 1.13 to 2.0; values are made in the dtype of the variable.
        reader.Ignore("dtype");
        base.ReadFrom(reader);
    }

    /// <summary>Declares the seed, where a class has one.</summary>
    /// <param name="fields">Receives the declaration.</param>
    protected void DescribeSeed(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Seed("seed", ref _seed);
    }
}
