using TfLbfgs.Graphs;

namespace TfLbfgs.Functions;

/// <summary>A function in the context that only another function calls, such as the body of its loop; removed with it.</summary>
/// <param name="name">Its name in the context.</param>
internal sealed class NestedFunction(string name) : IDisposable
{
    private bool _isRemoved;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isRemoved)
            GraphBuilder.RemoveFunction(name);
        _isRemoved = true;
    }
}
