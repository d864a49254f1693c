namespace TfLbfgs.Functions;

/// <summary>The nodes of a trace that touched one resource last: a write waits for all of them, a read for the last write.</summary>
internal sealed class ResourceOrder
{
    private readonly List<nint> _readsSinceWrite = [];
    private nint _lastWrite;

    /// <summary>Adds the nodes that a new access must wait for.</summary>
    public void CollectPredecessors(bool isWrite, List<nint> predecessors)
    {
        if (_lastWrite != 0)
            predecessors.Add(_lastWrite);
        if (isWrite)
            predecessors.AddRange(_readsSinceWrite);
    }

    /// <summary>Notes an access.</summary>
    public void Add(nint node, bool isWrite)
    {
        if (isWrite)
        {
            _lastWrite = node;
            _readsSinceWrite.Clear();
        }
        else
        {
            _readsSinceWrite.Add(node);
        }
    }
}
