using TfLbfgs.Functions.Vectorized;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>A function of one element, applied to all elements by ops that take them at once.</content>
public static partial class Tf
{
    /// <summary>
    /// Applies a function to all elements of a tensor along its first axis at once: each op of the function is executed once, for all
    /// elements, instead of once for each. Python: <c>tf.vectorized_map</c>.
    /// </summary>
    /// <param name="function">From an element to a result, of one dtype and shape for all.</param>
    /// <param name="elements">A tensor [count, ...]; borrowed.</param>
    /// <param name="fallBackToLoop">Whether an op that takes no further dimension is executed for each element; default yes. Python:
    /// <c>fallback_to_while_loop</c>.</param>
    /// <returns>The results [count, ...], owned by the caller.</returns>
    /// <inheritdoc cref="VectorizedMap(Func{Tensor[], IReadOnlyList{Tensor}}, IReadOnlyList{Tensor}, bool)" path="/remarks"/>
    /// <inheritdoc cref="VectorizedMap(Func{Tensor[], IReadOnlyList{Tensor}}, IReadOnlyList{Tensor}, bool)" path="/exception"/>
    public static Tensor VectorizedMap(Func<Tensor, Tensor> function, Tensor elements, bool fallBackToLoop = true)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(elements);
        return VectorizedMap(element => [function(element[0])], [elements], fallBackToLoop)[0];
    }

    /// <summary>
    /// Applies a function to the elements of several tensors along their first axis at once. Python: <c>tf.vectorized_map</c> of a tuple.
    /// </summary>
    /// <param name="function">From one element of each tensor to results, of dtypes and shapes that are the same for all. It is called
    /// once, with tensors that have shape and dtype of an element, and no value.</param>
    /// <param name="elements">Tensors [count, ...], at least one; borrowed.</param>
    /// <param name="fallBackToLoop">Whether an op that takes no further dimension is executed for each element; default yes. Python:
    /// <c>fallback_to_while_loop</c>.</param>
    /// <returns>The results, each [count, ...], owned by the caller.</returns>
    /// <remarks>
    /// Taken at once: element-wise ops with broadcasting, products of matrices and Einsum, reductions, cumulative sums, shapes, slices,
    /// gathers, linear algebra, softmax and its cross entropies, convolutions and pooling with filters that all elements share, and the
    /// gradients of these; a tape may be opened inside, for the gradient of each element. What does not depend on the elements is computed
    /// once. Control flow on values of elements needs <see cref="MapFunction(Func{Tensor, Tensor}, Tensor)"/>.
    /// </remarks>
    /// <exception cref="TfLbfgsException">The tensors differ in their number of elements; an op has no form for all elements and
    /// <paramref name="fallBackToLoop"/> is false; or the function draws random numbers or writes a variable without taking part of an
    /// element, which would happen once for all of them.</exception>
    public static Tensor[] VectorizedMap(Func<Tensor[], IReadOnlyList<Tensor>> function, IReadOnlyList<Tensor> elements,
        bool fallBackToLoop = true)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(elements);
        long? count = Steps(elements);
        return ScopedAll(() =>
        {
            using VectorizedCall call = new(elements, count ?? -1, fallBackToLoop);
            return call.Stack(function([.. call.Elements]));
        });
    }
}
