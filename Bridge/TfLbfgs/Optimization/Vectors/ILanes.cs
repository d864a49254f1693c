using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>How vectors of one dtype are read and written four elements at a time: loops over them compute in float64.</summary>
internal unsafe interface ILanes
{
    /// <summary>Reads four elements.</summary>
    static abstract Vector256<double> Load(void* vector, long index);

    /// <summary>Writes four elements, rounded.</summary>
    static abstract void Store(void* vector, long index, Vector256<double> values);

    /// <summary>Reads one element.</summary>
    static abstract double Get(void* vector, long index);

    /// <summary>Writes one element, rounded.</summary>
    static abstract void Set(void* vector, long index, double value);

    /// <summary>Where a row of a matrix begins.</summary>
    static abstract void* Row(void* matrix, long row, long length);
}
