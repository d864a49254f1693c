using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>Loops as ops. Python: the control flow of <c>tf</c>.</summary>
public static class ControlFlow
{
    /// <summary>
    /// Repeats a computation while a condition holds. In a traced function it becomes one loop op, which XLA compiles too; eagerly it is a loop in C#, with one read of the condition per round. A tape sees through the
    /// eager form alone. Python: <c>tf.while_loop</c>.
    /// </summary>
    /// <param name="condition">From the state to whether to go on, bool, shape [].</param>
    /// <param name="body">From the state to the next one, of the same dtypes and shapes.</param>
    /// <param name="state">The state before; borrowed.</param>
    /// <returns>The state after, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The condition is no scalar of bool, or the body changes number, dtype or shape of the state.</exception>
    public static Tensor[] WhileLoop(Func<Tensor[], Tensor> condition, Func<Tensor[], IReadOnlyList<Tensor>> body, IReadOnlyList<Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count == 0)
            throw new TfLbfgsException("ControlFlow.WhileLoop: expected a state of at least one tensor, received none.");
        if (DispatchFrame.Current.Target is Trace outer)
            return Loop.Record(outer, condition, body, state);
        Tensor[] current = [.. state.Select(tensor => tensor.Alias())];
        try
        {
            while (GoesOn(condition, current))
            {
                using TensorScope scope = new();
                Tensor[] next = [.. body(current).Select(tensor => tensor.Alias())];
                TensorScope.Register(current);
                current = next;
            }
        }
        catch
        {
            foreach (Tensor tensor in current)
                tensor.Dispose();
            throw;
        }

        TensorScope.Register(current);
        return current;
    }

    private static bool GoesOn(Func<Tensor[], Tensor> condition, Tensor[] state)
    {
        using TensorScope scope = new();
        return condition(state).ToScalar<bool>();
    }
}
