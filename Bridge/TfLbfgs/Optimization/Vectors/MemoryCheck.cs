using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Refuses the memory of a direction that comes from elsewhere, such as a damaged file, before anything is taken from it.
/// </summary>
internal static class MemoryCheck
{
    /// <summary>Compares tensors with what a method exports.</summary>
    /// <param name="method">The method, for the message.</param>
    /// <param name="memory">The tensors.</param>
    /// <param name="expected">Dtype and shape of each.</param>
    /// <exception cref="TfLbfgsException">One is missing or another one.</exception>
    public static void Tensors(string method, IReadOnlyList<Tensor> memory, params ReadOnlySpan<(DType DType, Shape Shape)> expected)
    {
        if (memory.Count != expected.Length)
            throw new TfLbfgsException(
                $"The memory of {method}: expected {expected.Length} tensors, received {memory.Count}. Use a state that this method made.");
        for (int i = 0; i < expected.Length; i++)
        {
            if (memory[i].DType != expected[i].DType || memory[i].Shape != expected[i].Shape)
                throw new TfLbfgsException($"The memory of {method}: expected {expected[i].DType.PythonName}{expected[i].Shape}, "
                    + $"received {memory[i].Describe()}. Use a state that this method made.");
        }
    }

    /// <summary>Refuses a number out of range.</summary>
    /// <exception cref="TfLbfgsException">It is.</exception>
    public static void Number(string what, long number, long least, long most)
    {
        if (number < least || number > most)
            throw new TfLbfgsException($"The memory of a direction: expected {what} between {least} and {most}, received {number}. Use a "
                + "state that this method made.");
    }
}
