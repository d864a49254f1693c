using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <summary>
/// What people write: the functions of TensorFlow that models and objectives are made of, over <see cref="RawOps"/>. They work eagerly and in traced functions, and have
/// gradients to any order where the mathematics has. Arguments are borrowed, results owned by the caller; tensors never promote silently. Python: <c>tf</c>.
/// </summary>
public static partial class Tf
{
    /// <summary>A scalar with the dtype of its C# type. Python: <c>tf.constant</c>.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The tensor, shape [].</returns>
    public static Tensor Constant<T>(T value) where T : unmanaged => Tensor.Scalar(value);

    /// <summary>A scalar of a given dtype. Python: <c>tf.constant(value, dtype)</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="dtype">A real or complex dtype.</param>
    /// <returns>The tensor, shape [].</returns>
    public static Tensor Constant(double value, DType dtype) => Tensor.Scalar(value, dtype);

    /// <summary>A vector. Python: <c>tf.constant</c>.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>The tensor, shape [values.Length].</returns>
    public static Tensor Constant<T>(T[] values) where T : unmanaged => Tensor.From(values);

    /// <summary>A matrix. Python: <c>tf.constant</c>.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>The tensor, shape [rows, columns].</returns>
    public static Tensor Constant<T>(T[,] values) where T : unmanaged => Tensor.From(values);

    /// <summary>A tensor of three dimensions. Python: <c>tf.constant</c>.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Constant<T>(T[,,] values) where T : unmanaged => Tensor.From(values);

    /// <summary>A tensor of any shape. Python: <c>tf.constant(values, shape)</c>.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The shape; its number of elements must be that of the values.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Constant<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged => Tensor.From(values, shape);

    /// <summary>Zeros. Python: <c>tf.zeros</c>.</summary>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="dtype">The dtype; default float32, as in Python.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32) => Tensor.Fill(shape, 0, dtype);

    /// <summary>Ones. Python: <c>tf.ones</c>.</summary>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="dtype">The dtype; default float32, as in Python.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float32) => Tensor.Fill(shape, 1, dtype);

    /// <summary>One value everywhere. Python: <c>tf.fill</c>.</summary>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="value">The value.</param>
    /// <param name="dtype">The dtype.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Fill(Shape shape, double value, DType dtype) => Tensor.Fill(shape, value, dtype);

    /// <summary>One value everywhere; the gradient goes to the value. Python: <c>tf.fill</c>.</summary>
    /// <param name="dims">The shape, a vector of int32 or int64.</param>
    /// <param name="value">The value, a scalar.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Fill(Tensor dims, Tensor value) => RawOps.Fill(dims, value);

    /// <summary>Zeros of the shape and dtype of a tensor. Python: <c>tf.zeros_like</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The zeros.</returns>
    public static Tensor ZerosLike(Tensor x) => RawOps.ZerosLike(x);

    /// <summary>Ones of the shape and dtype of a tensor. Python: <c>tf.ones_like</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The ones.</returns>
    public static Tensor OnesLike(Tensor x) => RawOps.OnesLike(x);

    /// <summary>Numbers from a start up to, but not with, a limit. Python: <c>tf.range</c>.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="limit">The bound.</param>
    /// <param name="delta">The step; default 1.</param>
    /// <param name="dtype">The dtype; default int32.</param>
    /// <returns>The numbers, shape [n].</returns>
    public static Tensor Range(double start, double limit, double delta = 1, DType dtype = DType.Int32) =>
        Scoped(() => RawOps.Range(Tensor.Scalar(start, dtype), Tensor.Scalar(limit, dtype), Tensor.Scalar(delta, dtype)));

    /// <summary>Numbers at equal distances, both ends included. Python: <c>tf.linspace</c>.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="stop">The last number.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="dtype">The dtype; default float32.</param>
    /// <returns>The numbers, shape [count].</returns>
    public static Tensor Linspace(double start, double stop, int count, DType dtype = DType.Float32) =>
        Scoped(() => RawOps.LinSpace(Tensor.Scalar(start, dtype), Tensor.Scalar(stop, dtype), Tensor.Scalar(count)));

    /// <summary>Converts to another dtype. Python: <c>tf.cast</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dtype">The dtype of the result.</param>
    /// <returns>The converted tensor.</returns>
    public static Tensor Cast(Tensor x, DType dtype) => RawOps.Cast(x, dtype);

    /// <summary>The tensor itself, as a result of its own. Python: <c>tf.identity</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The same values.</returns>
    public static Tensor Identity(Tensor x) => RawOps.Identity(x);

    /// <summary>The tensor itself, through which no gradient passes. Python: <c>tf.stop_gradient</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The same values.</returns>
    public static Tensor StopGradient(Tensor x) => RawOps.StopGradient(x);

    /// <summary>Runs code whose intermediate tensors are freed at once.</summary>
    private static Tensor Scoped(Func<Tensor> body)
    {
        using TensorScope scope = new();
        return scope.Keep(body());
    }

    /// <summary>A vector of int64 that belongs to the current scope.</summary>
    private static Tensor Integers(params ReadOnlySpan<long> values)
    {
        Tensor vector = Tensor.Vector(values);
        TensorScope.Register(vector);
        return vector;
    }

    private static long[] Widen(int[] values) => System.Array.ConvertAll(values, value => (long)value);
}
