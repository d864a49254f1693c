using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <summary>
/// What people write: the functions of TensorFlow that models and objectives are made of, over <see cref="RawOps"/>. They work eagerly and
/// in traced functions, and have
/// gradients to any order where the mathematics has. Arguments are borrowed, results owned by the caller; tensors never promote silently.
/// Python: <c>tf</c>.
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

    /// <summary>A tensor of rows of equal length. Python: <c>tf.constant</c>.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <returns>The tensor, shape [rows.Length, length].</returns>
    public static Tensor Constant<T>(T[][] rows) where T : unmanaged => Tensor.From(rows);

    /// <summary>A complex scalar. Python: <c>tf.constant(1 + 2j)</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="dtype">Complex128, the default, or Complex64.</param>
    /// <returns>The tensor, shape [].</returns>
    public static Tensor Constant(System.Numerics.Complex value, DType dtype) => dtype switch
    {
        DType.Complex128 => Tensor.Scalar(value),
        DType.Complex64 => Tensor.Scalar((Complex64)value),
        _ => throw new TfLbfgsException($"Tf.Constant: expected Complex64 or Complex128 for a complex value, received {dtype.PythonName}."),
    };

    /// <summary>A string. Python: <c>tf.constant</c>.</summary>
    /// <param name="value">The text, which becomes UTF-8.</param>
    /// <returns>The tensor, shape [].</returns>
    public static Tensor Constant(string value) => Tensor.FromStrings([value], Tensors.Shape.Scalar);

    /// <summary>A vector of strings. Python: <c>tf.constant</c>.</summary>
    /// <param name="values">The texts, which become UTF-8.</param>
    /// <returns>The tensor, shape [values.Length].</returns>
    public static Tensor Constant(string[] values) => Tensor.FromStrings(values);

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

    /// <summary>Zeros of the shape of a tensor. Python: <c>tf.zeros_like(x, dtype)</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dtype">The dtype.</param>
    /// <returns>The zeros.</returns>
    public static Tensor ZerosLike(Tensor x, DType dtype) => Scoped(() => RawOps.Fill(Shape(x), Tensor.Scalar(0, dtype)));

    /// <summary>Ones of the shape and dtype of a tensor. Python: <c>tf.ones_like</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The ones.</returns>
    public static Tensor OnesLike(Tensor x) => RawOps.OnesLike(x);

    /// <summary>Ones of the shape of a tensor. Python: <c>tf.ones_like(x, dtype)</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dtype">The dtype.</param>
    /// <returns>The ones.</returns>
    public static Tensor OnesLike(Tensor x, DType dtype) => Scoped(() => RawOps.Fill(Shape(x), Tensor.Scalar(1, dtype)));

    /// <summary>Numbers from a start up to, but not with, a limit. Python: <c>tf.range</c>.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="limit">The bound.</param>
    /// <param name="delta">The step; default 1.</param>
    /// <param name="dtype">The dtype; default int32.</param>
    /// <returns>The numbers, shape [n].</returns>
    public static Tensor Range(double start, double limit, double delta = 1, DType dtype = DType.Int32) =>
        Scoped(() => RawOps.Range(Tensor.Scalar(start, dtype), Tensor.Scalar(limit, dtype), Tensor.Scalar(delta, dtype)));

    /// <summary>Numbers from 0 up to, but not with, a limit. Python: <c>tf.range(limit)</c>.</summary>
    /// <param name="limit">The bound.</param>
    /// <param name="dtype">The dtype; default int32.</param>
    /// <returns>The numbers, shape [n].</returns>
    public static Tensor Range(double limit, DType dtype = DType.Int32) => Range(0, limit, 1, dtype);

    /// <summary>Numbers from a start up to, but not with, a limit. Python: <c>tf.range</c>.</summary>
    /// <param name="start">The first number, shape [].</param>
    /// <param name="limit">The bound, of the same dtype, shape [].</param>
    /// <param name="delta">The step, of the same dtype, shape []; null: 1.</param>
    /// <returns>The numbers, shape [n].</returns>
    public static Tensor Range(Tensor start, Tensor limit, Tensor? delta = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        return Scoped(() => RawOps.Range(start, limit, delta ?? Tensor.Scalar(1, start.DType)));
    }

    /// <summary>Numbers at equal distances, both ends included. Python: <c>tf.linspace</c>.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="stop">The last number.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="dtype">The dtype; default float32.</param>
    /// <returns>The numbers, shape [count].</returns>
    public static Tensor Linspace(double start, double stop, int count, DType dtype = DType.Float32) =>
        Scoped(() => RawOps.LinSpace(Tensor.Scalar(start, dtype), Tensor.Scalar(stop, dtype), Tensor.Scalar(count)));

    /// <summary>
    /// Points at equal distances on the line between two tensors, both ends included. Python: <c>tf.linspace</c> with tensors.
    /// </summary>
    /// <param name="start">The first point, floating-point.</param>
    /// <param name="stop">The last point, of the same dtype; the two broadcast.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="axis">Where the dimension of the points stands; default the first.</param>
    /// <returns>The points.</returns>
    public static Tensor Linspace(Tensor start, Tensor stop, int count, int axis = 0)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(stop);
        if (count < 1)
            throw new TfLbfgsException($"Tf.Linspace: expected at least one point, received {count}.");
        if (start.Rank == 0 && stop.Rank == 0)
            return Scoped(() => RawOps.LinSpace(start, stop, Tensor.Scalar(count)));
        return Scoped(() =>
        {
            Tensor dims = RawOps.BroadcastArgs(RawOps.Shape(start), RawOps.Shape(stop));
            (Tensor first, Tensor last) = (RawOps.BroadcastTo(start, dims), RawOps.BroadcastTo(stop, dims));
            Tensor step = (last - first) / System.Math.Max(1, count - 1);
            // The last point is the given one, not a rounded sum.
            return RawOps.Pack(
                [.. Enumerable.Range(0, count).Select(i => i == count - 1 && count > 1 ? last : i == 0 ? first : first + step * i)], axis);
        });
    }

    /// <summary>The unit matrix, or a batch of them. Python: <c>tf.eye</c>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns; null: as many as rows.</param>
    /// <param name="batchShape">The leading dimensions; null: none.</param>
    /// <param name="dtype">The dtype; default float32.</param>
    /// <returns>The matrices, shape [batchShape..., rows, columns].</returns>
    public static Tensor Eye(int rows, int? columns = null, Shape? batchShape = null, DType dtype = DType.Float32) => Scoped(() =>
    {
        int across = columns ?? rows;
        Tensor diagonal = Ones([.. batchShape ?? [], System.Math.Min(rows, across)], dtype);
        return rows == across
            ? RawOps.MatrixDiag(diagonal)
            : RawOps.MatrixDiagV3(diagonal, Tensor.Scalar(0), Tensor.Scalar(rows), Tensor.Scalar(across), Tensor.Scalar(0, dtype));
    });

    /// <summary>Runs code whose intermediate tensors are freed at once.</summary>
    private static Tensor Scoped(Func<Tensor> body)
    {
        using TensorScope scope = new();
        return scope.Keep(body());
    }

    /// <summary>Runs code that gives two tensors, whose intermediate tensors are freed at once.</summary>
    private static (Tensor, Tensor) ScopedPair(Func<(Tensor, Tensor)> body)
    {
        using TensorScope scope = new();
        (Tensor first, Tensor second) = body();
        return (scope.Keep(first), scope.Keep(second));
    }

    /// <summary>Runs code that gives several tensors, whose intermediate tensors are freed at once.</summary>
    private static Tensor[] ScopedAll(Func<Tensor[]> body)
    {
        using TensorScope scope = new();
        Tensor[] results = body();
        foreach (Tensor result in results)
            scope.Keep(result);
        return results;
    }

    /// <summary>An axis counted from the front.</summary>
    private static int AxisOf(int axis, int rank)
    {
        int at = axis < 0 ? axis + rank : axis;
        return at >= 0 && at < rank ? at : throw new TfLbfgsException($"Expected an axis from {-rank} to {rank - 1}, received {axis}.");
    }

    /// <summary>A vector of int64 that belongs to the current scope.</summary>
    private static Tensor Integers(params ReadOnlySpan<long> values)
    {
        Tensor vector = Tensor.Vector(values);
        TensorScope.Register(vector);
        return vector;
    }

    /// <summary>A shape as a vector of int32, which some kernels insist on.</summary>
    private static Tensor Int32Dims(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Tensor.From(Array.ConvertAll(shape.ToArray(), dim => checked((int)dim)));
    }

    private static long[] Widen(int[] values) => Array.ConvertAll(values, value => (long)value);
}
