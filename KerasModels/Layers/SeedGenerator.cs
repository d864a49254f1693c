using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The random numbers of a layer: a key that follows from a seed, and a counter that moves on with every pass that applies updates. So each
/// pass of a training draws anew, also in a traced function, while the
/// evaluations of an objective all draw the same. Python: <c>keras.random.SeedGenerator</c>.
/// </summary>
public sealed class SeedGenerator : IDisposable
{
    private const int Philox = 1;

    private readonly long _seed;
    private readonly Variable _counter;

    internal SeedGenerator(long seed, string name)
    {
        _seed = seed;
        using (Tf.InitScope())
        using (Tensor zero = Tensor.From<long>([0]))
            _counter = new Variable(zero, name, trainable: false);
    }

    /// <summary>Uniform random numbers from 0 to below 1.</summary>
    /// <param name="context">The call.</param>
    /// <param name="shape">The shape, a vector of int64.</param>
    /// <param name="dtype">A floating-point dtype.</param>
    /// <returns>The numbers.</returns>
    public Tensor Uniform(CallContext context, Tensor shape, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RawOps.StatelessRandomUniformV2(shape, Key(), Counter(context), Tensor.Scalar(Philox), dtype);
    }

    /// <summary>Random numbers of the standard normal distribution.</summary>
    /// <inheritdoc cref="Uniform"/>
    public Tensor Normal(CallContext context, Tensor shape, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RawOps.StatelessRandomNormalV2(shape, Key(), Counter(context), Tensor.Scalar(Philox), dtype);
    }

    /// <summary>Random numbers of the gamma distribution with scale 1.</summary>
    /// <param name="context">The call.</param>
    /// <param name="shape">The shape, a vector of int64.</param>
    /// <param name="alpha">The shape parameter, above 0, of a floating-point dtype; it broadcasts to the shape.</param>
    /// <returns>The numbers, of the dtype of <paramref name="alpha"/>.</returns>
    public Tensor Gamma(CallContext context, Tensor shape, Tensor alpha)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RawOps.StatelessRandomGammaV3(shape, Key(), Counter(context), Tensor.Scalar(Philox), alpha);
    }

    /// <summary>Random numbers of the beta distribution.</summary>
    /// <param name="context">The call.</param>
    /// <param name="shape">The shape, a vector of int64.</param>
    /// <param name="alpha">Both shape parameters, above 0, of a floating-point dtype.</param>
    /// <returns>The numbers, from 0 to 1.</returns>
    public Tensor Beta(CallContext context, Tensor shape, Tensor alpha)
    {
        Tensor first = Gamma(context, shape, alpha), second = Gamma(context, shape, alpha);
        return first / (first + second);
    }

    /// <summary>The numbers from 0 to below a count in random order.</summary>
    /// <param name="context">The call.</param>
    /// <param name="count">The count, an int32 scalar.</param>
    /// <returns>The numbers, int32.</returns>
    public Tensor Permutation(CallContext context, Tensor count)
    {
        ArgumentNullException.ThrowIfNull(count);
        Tensor keys = Uniform(context, RawOps.Reshape(RawOps.Cast(count, DType.Int64), Tensor.From<int>([1])), DType.Float32);
        return RawOps.TopKV2(keys, count).Indices;
    }

    /// <summary>The factors of dropout: 0 for the part that is dropped, and for the others what keeps the mean.</summary>
    /// <param name="context">The call.</param>
    /// <param name="shape">The shape, a vector of int64.</param>
    /// <param name="rate">The part that is dropped, from 0 to 1.</param>
    /// <param name="dtype">A floating-point dtype.</param>
    /// <returns>The factors.</returns>
    public Tensor DropoutMask(CallContext context, Tensor shape, double rate, DType dtype) =>
        RawOps.Cast(Uniform(context, shape, dtype) >= rate, dtype) * (rate < 1 ? 1 / (1 - rate) : 0);

    /// <summary>Frees the counter.</summary>
    public void Dispose() => _counter.Dispose();

    private Tensor Key() => Tensor.From<ulong>([(ulong)_seed]);

    private Tensor Counter(CallContext context)
    {
        Tensor next = context.ValueOf(_counter) + 1;
        context.Update(_counter, next);
        return RawOps.Cast(RawOps.ConcatV2([Tensor.From<long>([0]), next], Tensor.Scalar(0)), DType.UInt64);
    }
}
