using System.Runtime.InteropServices;
using System.Text;

namespace TfLbfgs.Tensors;

/// <summary>A list of texts as the C API takes it: pointers and lengths, in native memory until disposed.</summary>
internal sealed unsafe class NativeTexts : IDisposable
{
    private readonly void* _memory;

    public NativeTexts(IReadOnlyList<string> texts)
    {
        Count = texts.Count;
        int bytes = texts.Sum(text => Encoding.UTF8.GetByteCount(text));
        _memory = NativeMemory.Alloc((nuint)(Count * (sizeof(byte*) + sizeof(nuint)) + bytes + 1));
        Pointers = (byte**)_memory;
        Lengths = (nuint*)(Pointers + Count);
        byte* next = (byte*)(Lengths + Count);
        for (int i = 0; i < Count; i++)
        {
            int length = Encoding.UTF8.GetBytes(texts[i], new Span<byte>(next, Encoding.UTF8.GetByteCount(texts[i])));
            Pointers[i] = next;
            Lengths[i] = (nuint)length;
            next += length;
        }
    }

    public int Count { get; }

    public byte** Pointers { get; }

    public nuint* Lengths { get; }

    public void Dispose() => NativeMemory.Free(_memory);
}
