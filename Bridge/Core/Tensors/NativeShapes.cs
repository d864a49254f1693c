using System.Runtime.InteropServices;

namespace TfLbfgs.Tensors;

/// <summary>A list of shapes as the C API takes it: pointers to dimensions and ranks, in native memory until disposed.</summary>
internal sealed unsafe class NativeShapes : IDisposable
{
    private readonly void* _memory;

    public NativeShapes(IReadOnlyList<Shape?> shapes)
    {
        Count = shapes.Count;
        int dims = shapes.Sum(shape => Math.Max(0, (shape ?? Shape.Unknown).Rank));
        _memory = NativeMemory.Alloc((nuint)(Count * (sizeof(long*) + sizeof(long)) + dims * sizeof(long) + 1));
        Pointers = (long**)_memory;
        long* next = (long*)(Pointers + Count);
        Ranks = (int*)(next + dims);
        for (int i = 0; i < Count; i++)
        {
            Shape shape = shapes[i] ?? Shape.Unknown;
            Pointers[i] = next;
            Ranks[i] = shape.Rank;
            if (shape.HasRank)
            {
                shape.Dims.CopyTo(new Span<long>(next, shape.Rank));
                next += shape.Rank;
            }
        }
    }

    public int Count { get; }

    public long** Pointers { get; }

    public int* Ranks { get; }

    public void Dispose() => NativeMemory.Free(_memory);
}
